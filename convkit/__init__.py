"""Convolution for learners and for work: NumPy on the CPU, CuPy on the GPU."""

from convkit import data, layers, layouts, reference
from convkit.conv import conv2d, convolve2d
from convkit.gradients import conv2d_grad_bias, conv2d_grad_filters, conv2d_grad_image
from convkit.matrix import convolution_matrix
from convkit.methods import METHODS, choose_method
from convkit.parameters import count_parameters
from convkit.plans import Plan, plan
from convkit.problem import Problem, read_problem
from convkit.shapes import output_size, pad_amounts
from convkit.show import show

__version__ = "0.1.0"

__all__ = [
    "METHODS",
    "Plan",
    "Problem",
    "choose_method",
    "conv2d",
    "conv2d_grad_bias",
    "conv2d_grad_filters",
    "conv2d_grad_image",
    "convolution_matrix",
    "convolve2d",
    "count_parameters",
    "data",
    "layers",
    "layouts",
    "output_size",
    "pad_amounts",
    "plan",
    "read_problem",
    "reference",
    "show",
]
