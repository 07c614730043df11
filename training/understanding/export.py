"""`python -m training.understanding.export --checkpoint DIR --out DIR`: int8 ONNX and labels."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from cabin_agent.understanding import moment, sight
from cabin_agent.understanding.labels import FORMAT
from training.understanding import landmarks
from training.understanding.calibrate import calibrate
from training.understanding.data import TAGS
from training.understanding.domains import domain_of
from training.understanding.model import JointModel, Shape
from training.understanding.templates import DEGREES, ROUTES, TARGETS

OUTPUTS = "addressed complete route intent target degree tags belongs embedding sign".split()
ACCEPT, REJECT = 0.5, 0.6
INPUTS = "ids mask kinds moment sight".split()


def load(checkpoint: Path) -> tuple[JointModel, list[str]]:
    saved = torch.load(checkpoint / "model.pt", weights_only=False)
    model = JointModel(Shape(**saved["shape"]))
    model.load_state_dict(saved["weights"])
    return model.eval(), saved["intents"]


class Whole(torch.nn.Module):
    """The network with all its answers, as the car asks it."""

    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, *given: torch.Tensor) -> tuple[torch.Tensor, ...]:
        ids, mask, kinds, now, seen = given
        return tuple(self.model(ids, mask, kinds, now, seen))


def to_onnx(model: JointModel, file: Path) -> None:
    ids = torch.ones(1, 8, dtype=torch.int64)
    now, seen = torch.zeros(1, moment.SIZE), torch.zeros(1, sight.SIZE)
    inputs = (ids, torch.ones(1, 8), torch.zeros_like(ids), now, seen)
    words = {1: "length"}
    named = ("ids", "mask", "kinds", "tags", "belongs")
    torch.onnx.export(
        Whole(model),
        inputs,
        str(file),
        input_names=INPUTS,
        output_names=OUTPUTS,
        dynamic_axes=dict.fromkeys(named, words),
        opset_version=17,
        dynamo=False,
    )


def quantise(source: Path, out: Path) -> None:
    """Weights to int8, a scale for each channel."""
    quantize_dynamic(
        source,
        out,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
    )
    onnx.checker.check_model(str(out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--accept", type=float, default=ACCEPT)
    parser.add_argument("--reject", type=float, default=REJECT)
    options = parser.parse_args()
    model, intents = load(options.checkpoint)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        to_onnx(model, Path(folder) / "float.onnx")
        quantise(Path(folder) / "float.onnx", options.out / "model.onnx")
    shutil.copy(options.checkpoint / "tokenizer.json", options.out / "tokenizer.json")
    labels = {
        "format": FORMAT,
        "intents": intents,
        "domains": {intent: domain_of(intent) for intent in intents},
        "targets": TARGETS,
        "degrees": DEGREES,
        "routes": ROUTES,
        "tags": TAGS,
        "moment_size": moment.SIZE,
        "sight_size": sight.SIZE,
        "temperature": 1.0,
        "accept": options.accept,
        "reject": options.reject,
        "near": 0.55,
        "margin": 0.0,
    }
    text = json.dumps(labels, indent=1) + "\n"
    (options.out / "labels.json").write_text(text, encoding="utf-8")
    print(f"{landmarks.write(options.out)} landmarks; calibrated: {calibrate(options.out)}")


if __name__ == "__main__":
    main()
