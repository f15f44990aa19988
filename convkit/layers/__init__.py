"""Layers that learn: the convolution of this book as a network, with Keras' names."""

from convkit.layers.activation import Activation, ReLU, Sigmoid, Softmax, Tanh
from convkit.layers.conv import Conv2D
from convkit.layers.dense import Dense, Flatten
from convkit.layers.dropout import Dropout
from convkit.layers.keras_weights import from_keras, to_keras
from convkit.layers.layer import Layer
from convkit.layers.losses import (
    CategoricalCrossentropy,
    MeanSquaredError,
    SparseCategoricalCrossentropy,
)
from convkit.layers.memo import Memo
from convkit.layers.optimizers import SGD, Adam, CosineDecay
from convkit.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from convkit.layers.sequential import Sequential
from convkit.layers.torch_export import to_torch
from convkit.layers.torch_import import from_torch
from convkit.layers.training import History, TrainingStopped

__all__ = [
    "SGD",
    "Activation",
    "Adam",
    "AveragePooling2D",
    "CategoricalCrossentropy",
    "Conv2D",
    "CosineDecay",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "History",
    "Layer",
    "MaxPooling2D",
    "MeanSquaredError",
    "Memo",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "SparseCategoricalCrossentropy",
    "Tanh",
    "TrainingStopped",
    "from_keras",
    "from_torch",
    "to_keras",
    "to_torch",
]
