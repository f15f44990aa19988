"""Where in the book an idea is explained: label → words that find it."""

SECTIONS = {
    "idea-L01": "chapter 1, “How does a square find an edge?”",
    "idea-L02": "chapter 2, “What changes when the picture has color?”",
    "idea-L03": "chapter 2, “What changes when the picture has color?”",
    "idea-L04": "chapter 2, “What changes when the picture has color?”",
    "idea-L06": "chapter 2, “What changes when the picture has color?”",
}
