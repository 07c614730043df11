"""Both parts of a shipped cabin network, to go on from:

    python -m training.vision.shipped --pictures WORK/cabin --out WORK

writes `finder.pt` and `reader.pt`. The graph's convolutions hold their batch norms; these come back
as norms that change nothing, with the statistics of some pictures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.vision import cabin_material
from training.vision.cabin_model import Cabin, Finder, Reader, in_batches
from training.vision.cabin_pictures import FOR_JOINING

SHIPPED = Path("cabin_agent/models/vision/cabin.onnx")
PICTURES = 100

Normed = tuple[nn.Conv2d, nn.BatchNorm2d]


def parts_of(graph: Path, pictures: np.ndarray) -> Cabin:
    """The network of a graph that `export` wrote, but for how much its parts count (`join_cabin`
    fits that); `pictures` (n, 240, 320, 3) settle its norms. ValueError if it has more or fewer
    convolutions or products."""
    network = Cabin(Finder(), Reader(), torch.zeros(2, 3)).eval()
    loaded = onnx.load(graph).graph
    tensors = {each.name: numpy_helper.to_array(each) for each in loaded.initializer}
    state = network.state_dict()
    for name in state:
        found = next((tensors[n] for n in (name, f"{name}_16") if n in tensors), None)
        if found is not None:
            state[name] = torch.from_numpy(found.astype(np.float32))
    network.load_state_dict(state)
    folded = [node for node in loaded.node if node.op_type == "Conv" and "::" in node.input[1]]
    with torch.no_grad():
        for (convolution, norm), node in zip(_normed(network), folded, strict=True):
            convolution.weight.copy_(torch.from_numpy(tensors[node.input[1]].copy()))
            norm.bias.copy_(torch.from_numpy(tensors[node.input[2]].copy()))
        _take_over_products(network, loaded, tensors)
        _settle(network, pictures)
    return network


def _normed(network: Cabin) -> Iterator[Normed]:
    """Every convolution with the norm that follows it, in the order in which they are computed."""
    for module in network.modules():
        if isinstance(module, nn.Sequential) and len(module) > 1:
            first, second = module[0], module[1]
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                yield first, second


def _take_over_products(
    network: Cabin, graph: onnx.GraphProto, tensors: dict[str, np.ndarray]
) -> None:
    """Linear layers of more than two axes are products without names, transposed."""
    layers = (network.finder.person[0], network.finder.states, network.finder.gaze)
    named = [node.input[1] for node in graph.node if node.op_type == "MatMul"]
    products = [tensors[name] for name in named if name in tensors]
    for layer, product in zip(layers, products, strict=True):
        layer.weight.copy_(torch.from_numpy(product.T.copy()))


def _settle(network: Cabin, pictures: np.ndarray) -> None:
    """Give each norm the mean and deviation of its convolution, and what undoes them."""
    sums: dict[nn.BatchNorm2d, list[Tensor]] = {}

    def see(norm: nn.BatchNorm2d, _: nn.Module, __: object, out: Tensor) -> None:
        axes = (0, 2, 3)
        sums.setdefault(norm, []).append(torch.stack([out.mean(axes), out.pow(2).mean(axes)]))

    for convolution, norm in (pairs := list(_normed(network))):
        norm.running_var.fill_(1.0 - norm.eps)
        convolution.register_forward_hook(partial(see, norm))
    for pixels in in_batches(pictures):
        network(pixels)
    for convolution, norm in pairs:
        convolution._forward_hooks.clear()
        mean, square = torch.stack(sums[norm]).mean(0)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_((square - mean**2).clamp(min=1e-6))
        norm.weight.copy_((norm.running_var + norm.eps).sqrt())
        norm.bias.add_(mean)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    material = cabin_material.load(arguments.pictures, FOR_JOINING, 2 * FOR_JOINING)
    network = parts_of(arguments.model, material.pictures[:PICTURES])
    for name, part in (("finder", network.finder), ("reader", network.reader)):
        torch.save(part.state_dict(), arguments.out / f"{name}.pt")


if __name__ == "__main__":
    main()
