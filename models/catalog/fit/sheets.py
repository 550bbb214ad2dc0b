"""Writes sheets of kind `kernels`."""
import os

UNITS = {"launch": "us", "split": "us", "single_row": "us", "issue": "us", "issue_many": "us", "cast": "ps", "ramp": "us", "quantise": "ps", "gather": "ps", "gather_own": "ps",
         "sweep": "ps", "sweep_own": "ps", "route": "us", "held": "ns", "per_sequence": "ns", "least": "us"}
# Fitted on whole runs, not on kernels.
KEPT = ("prompt_overhead",)
# Where a value says nothing: k is never split, or a term is absent.
SILENT = {"sag": 0.0, "single_row": 0.0, "issue": 0.0, "issue_many": 0.0, "issue_rows": 0.0, "quantise": 0.0, "cast": 0.0, "row_efficiency": 0.0, "reuse": 0.0, "block": 0.0,
          "crowd": 0.0, "least": 0.0}
KEYS = {("gemm", "bf16"): "gemm", ("prefill", "bf16"): "prefill_attention", ("prefill", "fp8"): "prefill_attention_fp8",
        ("decode", "bf16"): "decode_attention", ("decode", "fp8"): "decode_attention_fp8",
        ("elementwise", "bf16"): "elementwise"}


def rounded(params):
    """Three significant digits, as the sheet has them."""
    return {k: float(f"{v:.3g}") for k, v in params.items()}


def entry(table):
    """Heads one line of `gemm` or `grouped_gemm`."""
    return table.precision + ("" if table.kernel == "standard" else f", kernel: {table.kernel}")


def number(x):
    return f"{x:.6f}".rstrip("0").rstrip(".") if x < 1e4 else f"{x:.0f}"


def flow(params):
    return ", ".join(f"{k}: {number(v)}{' ' + UNITS[k] if k in UNITS else ''}" for k, v in params.items()
                     if not (k in SILENT and abs(v - SILENT[k]) < 1e-3))


def text(sheet):
    """`sheet`: accelerator, stack, confidence; gemm and experts: precision -> params; other keys of Kernels -> params;
    sources: key -> text."""
    out = ["kernels:", f"  name: {sheet['accelerator']}.{sheet['stack']}", f"  accelerator: {sheet['accelerator']}",
           f"  stack: {sheet['stack']}", f"  confidence: {sheet['confidence']}"]
    for key in ("gemm", "grouped_gemm"):
        if sheet.get(key):
            out.append(f"  {key}:")
            out += [f"    - {{precision: {p}, {flow(v)}}}" for p, v in sheet[key].items()]
    for key in ("prefill_attention", "decode_attention", "prefill_attention_fp8", "decode_attention_fp8", "elementwise"):
        if sheet.get(key):
            out.append(f"  {key}: {{{flow(sheet[key])}}}")
    if "training_gemm_derate" in sheet:
        out.append(f"  training_gemm_derate: {number(sheet['training_gemm_derate'])}")
    out.append("sources:")
    out += [f'  {key}: "{value}"' if key != "*" else f'  "*": "{value}"' for key, value in sheet["sources"].items()]
    return "\n".join(out) + "\n"


def kept(path):
    """Lines of a sheet that no kernel table tells and a new fit therefore keeps: (value, source) of each key of KEPT."""
    if not os.path.exists(path):
        return {}
    lines = open(path).read().splitlines()
    found = {k: [x for x in lines if x.startswith(f"  {k}:")] for k in KEPT}
    return {k: v for k, v in found.items() if len(v) == 2}


def parts(lines):
    """Lines grouped by the key that opens them; what follows indented belongs to it."""
    out = []
    for line in lines:
        if out and line.startswith("    "):
            out[-1][1].append(line)
        else:
            out.append((line.split(":")[0].strip(), [line]))
    return out


def replace(folder, sheet):
    """Writes the parts that `sheet` has, and their sources, into the written sheet; the rest stays to the letter."""
    path = os.path.join(folder, f"{sheet['accelerator']}.{sheet['stack']}.yaml")
    out = []
    for old, new in zip(open(path).read().split("\nsources:\n"), text(sheet).split("\nsources:\n")):
        fresh = dict(parts(new.rstrip("\n").splitlines()))
        kept = parts(old.rstrip("\n").splitlines())
        out.append("\n".join(x for key, lines in kept for x in (fresh[key] if key in fresh else lines)))
    with open(path, "w") as f:
        f.write("\nsources:\n".join(out) + "\n")


def write(folder, sheet):
    path = os.path.join(folder, f"{sheet['accelerator']}.{sheet['stack']}.yaml")
    out = text(sheet)
    for value, source in kept(path).values():
        out = out.replace("\nsources:\n", f"\n{value}\nsources:\n").replace('\n  "*":', f'\n{source}\n  "*":')
    with open(path, "w") as f:
        f.write(out)
