"""CUDA kernels run from their own source on a CPU, and the real CuPy on top of them."""
