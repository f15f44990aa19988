"""CUDA kernels, one .cu file for each rung of the ladder, compiled when first used."""
