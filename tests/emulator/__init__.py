"""CUDA kernels run from their own source on a CPU, and a stand-in for CuPy on top of it."""
