"""Reads measured kernel tables and accelerator sheets.

A table is one accelerator, software stack, family and precision, its rows in file order. Row 1, 3, 5 ... are fitted,
row 2, 4, 6 ... judged. Left out of both, and counted: rows that only a last-level cache explains (see `warm_*`).
"""
import csv
import os
import re
from dataclasses import dataclass

import numpy as np

from routing import busiest_rank

SYSTEMS = {"a100-80g": "a100_sxm", "h100": "h100_sxm", "h200": "h200_sxm", "b200": "b200_sxm", "gb200": "gb200",
           "b300": "b300_sxm", "gb300": "gb300", "l40s": "l40s", "rtx-pro-6000": "rtx_pro_6000_server", "b60": "b60"}
STACKS = {"TRTLLM": "tensorrt-llm", "VLLM": "vllm"}
PRECISIONS = {"bfloat16": "bf16", "fp8": "fp8", "fp8_block": "mxfp8", "nvfp4": "nvfp4", "sq": "int8"}
BYTES = {"bf16": 2.0, "fp8": 1.0, "mxfp8": 1 + 1 / 32, "nvfp4": 0.5625, "int8": 1.0, "mxfp4": 17 / 32}
EARLY = ("1.0.0", "0.14.0")  # versions of TensorRT-LLM and vLLM that an earlier collector timed
LOW_LATENCY = "moe_torch_flow_min_latency"
MARLIN = "int4_wo"  # weights of 4 bits widened to bf16 by vLLM's Marlin kernel, which takes mxfp4 likewise
UNITS = {"TFLOPS": 1e12, "TB/s": 1e12, "GB/s": 1e9, "MB": 1e6}


@dataclass
class Table:
    accelerator: str
    stack: str
    family: str
    precision: str
    shape: dict      # arrays, one entry per row
    seconds: np.ndarray
    machine: dict    # see equations.py
    kept: np.ndarray  # rows that device memory and arithmetic explain
    source: str
    kernel: str = "standard"  # of two that a stack has for experts of one precision

    def part(self, odd):
        rows = self.kept & (np.arange(len(self.seconds)) % 2 == (0 if odd else 1))
        return {k: v[rows] for k, v in self.shape.items()}, self.seconds[rows]


def read(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(line for line in f if not line.startswith("#")))


def quantity(text):
    value, unit = text.split()
    return float(value) * UNITS[unit]


def machine_of(sheets, name):
    """Peaks [FLOP/s], bandwidth [B/s], multiprocessors and cache [B] of an accelerator sheet."""
    text = open(os.path.join(sheets, "accelerator", name + ".yaml")).read()
    peaks = dict(re.findall(r"(\w+): ([\d.]+ TFLOPS)", re.search(r"peak: \{(.*?)\}", text).group(1)))
    out = {"peaks": {k: quantity(v) for k, v in peaks.items()}}
    out["bandwidth"] = quantity(re.search(r"memory: \{.*?bandwidth: ([\d.]+ TB/s)", text).group(1))
    found = re.search(r"^  multiprocessors: (\d+)", text, re.M)
    out["multiprocessors"] = float(found.group(1)) if found else 128.0
    found = re.search(r"^  sram: ([\d.]+ MB)", text, re.M)
    out["cache"] = quantity(found.group(1)) if found else 0.0
    return out


def machine_for(chip, precision):
    # Weights of 4 bits meet mxfp8 activations where the chip multiplies 4 bits at all, else they are widened to bf16.
    key = {"mxfp8": "fp8", "nvfp4": "fp4", "mxfp4": "fp8" if "fp4" in chip["peaks"] else "bf16"}.get(precision, precision)
    return {"peak": chip["peaks"][key], "bandwidth": chip["bandwidth"],
            "multiprocessors": chip["multiprocessors"], "bytes": BYTES[precision]}


def columns(rows, names):
    return {new: np.array([float(r[old]) for r in rows]) for new, old in names.items()}


def warm_gemm(shape, seconds, machine):
    """The operands came faster than device memory delivers at its peak: they were still in the cache."""
    m, n, k = shape["m"], shape["n"], shape["k"]
    return (machine["bytes"] * (n * k + m * k) + 2 * m * n) / machine["bandwidth"] > seconds


def warm_stream(shape, seconds, machine, cache):
    """What is moved fits the last-level cache (within 10 %) and its time matters (over 5 %)."""
    moved = shape["bytes"]
    return (moved < 1.1 * 1.048576 * cache) & (moved / machine["bandwidth"] > 0.05 * seconds)


def warm_decode(shape, seconds, machine, cache):
    """The keys and values of all sequences fit the last-level cache (within 10 %) and their time matters (over 5 %)."""
    held = 2 * shape["sequences"] * shape["kv_heads"] * shape["context"] * shape["head_dim"] * machine["bytes"]
    return (held < 1.1 * 1.048576 * cache) & (held / machine["bandwidth"] > 0.05 * seconds)


def group(rows, *keys):
    out = {}
    for r in rows:
        out.setdefault(tuple(r[k] for k in keys), []).append(r)
    return out


def origin(rows, name, family):
    first = rows[0]
    kernels = sorted({r["kernel_source"] for r in rows})
    return (f"aiconfigurator 095f58a5 systems/data/{SYSTEMS[name]}/{family}, {first['framework']} {first['version']} "
            f"({', '.join(kernels)})")


def gemm_tables(data, name, chip):
    for (framework, dtype), rows in group(read(f"{data}/aic_{SYSTEMS[name]}_gemm.csv"), "framework", "gemm_dtype").items():
        if dtype not in PRECISIONS:
            continue
        precision = PRECISIONS[dtype]
        machine = machine_for(chip, precision)
        shape = columns(rows, {"m": "m", "n": "n", "k": "k"})
        seconds = columns(rows, {"t": "latency"})["t"] * 1e-3
        yield Table(name, STACKS[framework], "gemm", precision, shape, seconds, machine,
                    ~warm_gemm(shape, seconds, machine), origin(rows, name, "gemm"))


def attention_tables(data, name, chip, family):
    file = f"aic_{SYSTEMS[name]}_{family}_attention.csv"
    for (framework, dtype, cache), rows in group(read(f"{data}/{file}"), "framework", "attn_dtype", "kv_cache_dtype").items():
        precision = "fp8" if cache == "fp8" else "bf16"
        # Over an fp8 cache TensorRT-LLM also multiplies in fp8; its bf16 prefill over an fp8 cache is left out.
        if framework == "TRTLLM" and family == "prefill" and cache == "fp8" and dtype != "fp8":
            continue
        machine = machine_for(chip, "bf16") | {"bytes": BYTES[precision]}
        names = {"sequences": "batch_size", "heads": "num_heads", "kv_heads": "num_key_value_heads", "head_dim": "head_dim"}
        shape = columns(rows, names)
        new, old = (columns(rows, {"x": c})["x"] for c in ("isl", "step"))
        shape |= {"query": new if family == "prefill" else np.ones_like(new), "context": new + old}
        seconds = columns(rows, {"t": "latency"})["t"] * 1e-3
        kept = np.ones(len(seconds), bool)
        if family == "decode":
            kept = ~warm_decode(shape, seconds, machine, chip["cache"])
        yield Table(name, STACKS[framework], family, precision, shape, seconds, machine, kept,
                    origin(rows, name, "attention"))


def expert_tables(data, name, chip):
    file = f"aic_{SYSTEMS[name]}_moe.csv"
    for (framework, dtype), rows in group(read(f"{data}/{file}"), "framework", "moe_dtype").items():
        precision = PRECISIONS.get(dtype)
        if dtype == ("w4a8_mxfp4_mxfp8" if "fp4" in chip["peaks"] else "w4a16_mxfp4"):
            precision = "mxfp4"
        if dtype == MARLIN and "fp4" not in chip["peaks"]:
            yield expert_table(name, chip, framework, "mxfp4", "low_latency", rows)
        if precision is None:
            continue
        for kernel, rows in chosen_kernels(rows):
            yield expert_table(name, chip, framework, precision, kernel, rows)


def chosen_kernels(rows):
    """The most frequent kernel of a table, and TensorRT-LLM's own beside CUTLASS."""
    kernels = group(rows, "kernel_source")
    yield "standard", kernels[max(sorted(kernels), key=lambda k: len(kernels[k]))]
    if (LOW_LATENCY,) in kernels:
        yield "low_latency", kernels[(LOW_LATENCY,)]


def expert_table(name, chip, framework, precision, kernel, rows):
    loads = []
    for r in rows:
        experts, early = int(r["num_experts"]), r["version"] in EARLY
        # DeepSeek's gate: TensorRT-LLM's own kernel was timed through it, and vLLM uses it for the model that has it.
        gate = experts > 8 if kernel == "low_latency" and precision == "nvfp4" else framework == "VLLM" and experts == 256 and not early
        loads.append(busiest_rank(int(r["num_tokens"]), experts, int(r["topk"]), int(r["moe_ep_size"]), r["distribution"], gate, early))
    shape = columns(rows, {"hidden": "hidden_size", "inner": "inter_size", "tokens": "num_tokens"})
    shape |= {"groups": np.array([x[0] for x in loads]), "m": np.array([x[1] for x in loads]),
              "routed": shape["tokens"] * columns(rows, {"k": "topk"})["k"],
              "held": np.array([float(r["num_experts"]) / float(r["moe_ep_size"]) for r in rows]),
              "uneven": np.array([r["distribution"] != "balanced" for r in rows])}
    seconds = columns(rows, {"t": "latency"})["t"] * 1e-3
    machine = machine_for(chip, precision) | {"cache": chip["cache"]}
    weights = 3 * shape["groups"] * shape["hidden"] * shape["inner"] * machine["bytes"]
    return Table(name, STACKS[framework], "experts", precision, shape, seconds, machine,
                 weights / machine["bandwidth"] < seconds, origin(rows, name, "moe"), kernel)


# hidden, heads, kv_heads, feed-forward width
MODELS = {"meta-llama/Llama-2-7b-hf": (4096, 32, 32, 11008), "meta-llama/Llama-2-70b-hf": (8192, 64, 8, 28672),
          "meta-llama/Meta-Llama-3-8B": (4096, 32, 8, 14336), "meta-llama/Meta-Llama-3-70B": (8192, 64, 8, 28672)}


def vidur_tables(data, name, chip):
    file = f"vidur_{name.split('-')[0]}_mlp.csv"
    shapes, seconds, moved, quick = [], [], [], []
    for r in read(f"{data}/{file}"):
        h, heads, kv, f = MODELS[r["model"]]
        tp, m = int(r["tp"]), int(r["num_tokens"])
        d = h // heads
        for op, n, k in (("attn_pre_proj", (heads + 2 * kv) // tp * d, h), ("attn_post_proj", h, h // tp),
                         ("mlp_up_proj", 2 * f // tp, h), ("mlp_down_proj", h, f // tp)):
            if r[op + "_ms"] and (kv >= tp or op != "attn_pre_proj"):
                shapes.append((m, n, k))
                seconds.append(float(r[op + "_ms"]) * 1e-3)
        for op, elements in (("input_layernorm", 2 * h), ("mlp_act", 3 * f / tp), ("add", 3 * h)):
            if r[op + "_ms"]:
                moved.append(2.0 * m * elements)
                quick.append(float(r[op + "_ms"]) * 1e-3)
    yield from llama_tables(name, chip, shapes, seconds, moved, quick,
                            f"microsoft/vidur 7d475133 data/profiling/compute/{name.split('-')[0]}, vLLM kernels")


def layer_tables(data, name, chip, file):
    """The layers of Llama 3.1 8B, timed one by one under vLLM or XLA."""
    h, kv, f, vocabulary = 4096, 1024, 14336, 128256
    widths = {"qkv_proj": (h + 2 * kv, h), "q_proj": (h, h), "o_proj": (h, h), "gate_up_proj": (2 * f, h),
              "gate_proj": (f, h), "up_proj": (f, h), "down_proj": (h, f), "lm_head": (vocabulary, h)}
    shapes, seconds, moved, quick = [], [], [], []
    for r in read(f"{data}/{file}"):
        op = r.get("layer") or r.get("layer_name")
        m = int(r.get("tokens") or r.get("input"))
        t = float(r["time_us"]) * 1e-6 if "time_us" in r else float(r["latency(ns)"]) * 1e-9
        if op in widths:
            shapes.append((m, *widths[op]))
            seconds.append(t)
        elif op in ("layernorm", "final_layernorm", "input_layernorm", "act_fn"):
            moved.append(2.0 * m * (3 * f if op == "act_fn" else 2 * h))
            quick.append(t)
    yield from llama_tables(name, chip, shapes, seconds, moved, quick,
                            "casys-kaist/LLMServingSim 5daddb21 profiler, layers of Llama 3.1 8B")


def llama_tables(name, chip, shapes, seconds, moved, quick, source):
    stack = "xla" if name.startswith("tpu") else "vllm"
    machine = machine_for(chip, "bf16")
    shape = dict(zip("mnk", np.array(shapes, float).T))
    seconds = np.array(seconds)
    yield Table(name, stack, "gemm", "bf16", shape, seconds, machine, ~warm_gemm(shape, seconds, machine), source)
    shape, quick = {"bytes": np.array(moved)}, np.array(quick)
    yield Table(name, stack, "elementwise", "bf16", shape, quick, machine,
                ~warm_stream(shape, quick, machine, chip["cache"]), source)


def tpu_attention_tables(data, name, chip):
    """One layer of Llama 3.1 8B on one chip; a context of `kv_cache_size` before the new tokens."""
    file = "tpu_v6e_llama3.1-8b_attention.csv"
    machine = machine_for(chip, "bf16")
    for is_prefill, family in (("True", "prefill"), ("False", "decode")):
        rows = [r for r in read(f"{data}/{file}") if r["is_prefill"] == is_prefill]
        new = np.array([float(r["prefill_chunk_size"]) for r in rows]) if family == "prefill" else np.ones(len(rows))
        before = np.array([float(r["kv_cache_size"]) for r in rows])
        one = np.ones(len(rows))
        shape = {"sequences": np.array([float(r["batch_size"]) for r in rows]), "query": new, "context": before + new,
                 "heads": 32 * one, "kv_heads": 8 * one, "head_dim": 128 * one}
        yield Table(name, "xla", family, "bf16", shape, np.array([float(r["p50_ns"]) for r in rows]) * 1e-9, machine,
                    one > 0, "casys-kaist/LLMServingSim 5daddb21 profiler, attention of Llama 3.1 8B")


def all_tables(data, sheets):
    for name in SYSTEMS:
        chip = machine_of(sheets, name)
        yield from gemm_tables(data, name, chip)
        yield from attention_tables(data, name, chip, "prefill")
        yield from attention_tables(data, name, chip, "decode")
        yield from expert_tables(data, name, chip)
    yield from vidur_tables(data, "a40", machine_of(sheets, "a40"))
    yield from layer_tables(data, "rtx-4090", machine_of(sheets, "rtx-4090"), "lss_RTX4090_llama3.1-8b_dense.csv")
    tpu = machine_of(sheets, "tpu-v6e")
    yield from layer_tables(data, "tpu-v6e", tpu, "tpu_v6e_llama3.1-8b_layers.csv")
    yield from tpu_attention_tables(data, "tpu-v6e", tpu)
    for name in ("h100", "a100-80g"):
        yield from (t for t in vidur_tables(data, name, machine_of(sheets, name)) if t.family == "elementwise")
    lss = layer_tables(data, "rtx-pro-6000", machine_of(sheets, "rtx-pro-6000"), "lss_RTXPRO6000_llama3.1-8b_dense.csv")
    yield from (t for t in lss if t.family == "elementwise")
