"""The table that `summary` prints."""

from __future__ import annotations


def summary_text(model) -> str:
    """One line for each layer: name, kind, output shape, parameters; then the total."""
    rows = [
        (
            f"{layer.name} ({type(layer).__name__})",
            _batch(layer.output_shape),
            f"{layer.count_params():,}",
        )
        for layer in model.layers
    ]
    head = ("Layer (type)", "Output shape", "Param #")
    widths = [max(len(row[column]) for row in [head, *rows]) + 2 for column in range(3)]
    line = "─" * sum(widths)
    total = sum(layer.count_params() for layer in model.layers)
    nbytes = sum(array.nbytes for array in model.parameters.values())
    sums = sum(layer.multiply_adds() for layer in model.layers)
    return "\n".join(
        [
            f'Model: "{model.name}", input {_batch(model.input_shape)}',
            line,
            _row(head, widths),
            line,
            *(_row(row, widths) for row in rows),
            line,
            f"Total params: {total:,} ({_size(nbytes)})",
            f"Multiply-adds for one example: {sums:,}",
        ]
    )


def _row(cells, widths) -> str:
    name, shape, count = cells
    return f"{name:<{widths[0]}}{shape:<{widths[1]}}{count:>{widths[2]}}"


def _batch(shape) -> str:
    return "(" + ", ".join(["None", *map(str, shape)]) + ")"


def _size(nbytes: int) -> str:
    for unit in ("B", "KB", "MB"):
        if nbytes < 1024:
            return f"{nbytes:.2f} {unit}"
        nbytes /= 1024
    return f"{nbytes:.2f} GB"
