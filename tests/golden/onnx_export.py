"""Checksums of ONNX files that onnx.checker and ONNX Runtime have taken, for tests/onnx/export.test.ts.

    python3 tests/golden/onnx_export.py       (needs onnx, the kernels in build/ and what bench/peers installs)

onnx_export.ts beside this writes the files and compares their outputs in ONNX Runtime with ours, within 1e-4.
"""

import subprocess
import tempfile
from pathlib import Path

import onnx

HERE = Path(__file__).parent


def main():
    with tempfile.TemporaryDirectory() as folder:
        command = ["npx", "tsx", HERE / "onnx_export.ts", folder]
        checksums = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        for file in sorted(Path(folder).glob("*.onnx")):
            model = onnx.load(file)
            if model.opset_import[0].version <= onnx.defs.onnx_opset_version():
                onnx.checker.check_model(model, full_check=True)
        (HERE / "onnx_export.json").write_bytes(checksums + b"\n")


if __name__ == "__main__":
    main()
