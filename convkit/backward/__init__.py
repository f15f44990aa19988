"""How the gradients of a convolution are computed; `convkit.gradients` is the way to call it."""
