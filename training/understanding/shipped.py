"""The weights of a shipped model, to go on from: `train --start cabin_agent/models/understanding`.

The graph holds int8 matrices without their names; each is named after the bias that is added to
its product. Intents and word pieces are matched by name, so that both may have grown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from training.understanding.model import JointModel

Weights = dict[str, NDArray[np.float32]]


def weights_of(graph: Path) -> Weights:
    """Every parameter by its name in `JointModel`, as float32."""
    loaded = onnx.load(graph).graph
    tensors = {each.name: numpy_helper.to_array(each) for each in loaded.initializer}
    found: Weights = {}
    for name, tensor in tensors.items():
        if name.endswith("_quantized"):
            stem = name.removesuffix("_quantized")
            offset = tensors[f"{stem}_zero_point"].astype(np.float32)
            value = (tensor.astype(np.float32) - offset) * tensors[f"{stem}_scale"]
            named = _transposed_name(stem) or _name_by_bias(loaded, name)
            found[_bare(named or stem)] = value if named is None else value.T
        elif tensor.dtype == np.float32 and "." in name and not name.endswith("_scale"):
            found[_bare(name)] = tensor
        elif tensor.ndim == 3:
            found["queries"] = tensor[0]
    return found


def _bare(name: str) -> str:
    """Without the module that the export wraps around the network."""
    return name.removeprefix("model.")


def _transposed_name(stem: str) -> str | None:
    return stem.removesuffix("_Transposed") if stem.endswith("_Transposed") else None


def _name_by_bias(graph: onnx.GraphProto, quantised: str) -> str | None:
    """The name of the matrix whose integer product is scaled and added to a bias."""
    if not any(quantised in node.input for node in graph.node if node.op_type == "MatMulInteger"):
        return None
    names = [quantised]
    while names:
        for node in graph.node:
            if names[-1] in node.input:
                biases = [each for each in node.input if each.endswith(".bias")]
                if node.op_type == "Add" and biases:
                    return biases[0].removesuffix("bias") + "weight"
                names.append(node.output[0])
                break
        else:
            return None
    return None


def _rows(old: list[str], new: list[str]) -> Iterator[tuple[int, int]]:
    """(old row, new row) of every name that both have."""
    place = {name: index for index, name in enumerate(old)}
    return ((place[name], index) for index, name in enumerate(new) if name in place)


def go_on(
    model: JointModel, directory: Path, vocabulary: dict[str, int], intents: list[str]
) -> int:
    """Copy the shipped weights into `model`, in place; gives how many parameters were found."""
    weights = weights_of(directory / "model.onnx")
    labels = json.loads((directory / "labels.json").read_text(encoding="utf-8"))
    document = json.loads((directory / "tokenizer.json").read_text(encoding="utf-8"))
    pieces = sorted(document["model"]["vocab"], key=document["model"]["vocab"].get)
    renamed = {
        "words.weight": (pieces, sorted(vocabulary, key=lambda piece: vocabulary[piece])),
        "intent.weight": ([*labels["intents"], "(none)"], [*intents, "(none)"]),
    }
    renamed["intent.bias"] = renamed["intent.weight"]
    found = 0
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            value = weights.get(name)
            if value is None:
                continue
            found += 1
            if name in renamed:
                for old, new in _rows(*renamed[name]):
                    parameter[new] = torch.as_tensor(value[old])
            elif name == "queries":
                known = min(len(value), len(parameter))
                parameter[:known] = torch.from_numpy(value[:known])
                parameter[known:] += torch.from_numpy(value[-1])
            else:
                sizes = zip(value.shape, parameter.shape, strict=True)
                known = tuple(slice(min(old, new)) for old, new in sizes)
                parameter[known] = torch.from_numpy(np.ascontiguousarray(value[known]))
    return found
