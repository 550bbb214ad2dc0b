#!/usr/bin/env python3
"""Fits the kernel profiles of the catalog: fit_kernels.py DATA_FOLDER [--out SHEETS_FOLDER]. See README.md."""
import argparse
import multiprocessing
import os

import carried
import fitting
import sheets
from tables import all_tables, machine_of

HERE = os.path.dirname(os.path.abspath(__file__))
# Fitted together first: the same die or its successor on the same software.
FAMILIES = [["h100", "h200"], ["b200", "gb200", "b300", "gb300"]]
# First of a family whose library takes another, slower path for m = 1: the tables show it, 15 us and more.
SINGLE_ROW = {("b200", "fp8"), ("rtx-pro-6000", "fp8"), ("b60", "bf16"), ("b60", "fp8")}
# Rows of a block-scaled product up to which vLLM takes another path on the host: others go through DeepGEMM on Hopper, and on
# Blackwell only a single row is told apart.
ISSUE_ROWS = {"h100": 32.0, "l40s": 32.0, "b200": 1.0}
# Where TensorRT-LLM's products cost m*k as a kernel of its own before them does, by leave-out validation within the fitted half.
CAST_BEFORE = {("l40s", "mxfp8")}
# The cache holds a good part of the experts' weights between two runs of the benchmark, for the little time that memory needs.
LARGE_CACHE = ("a100-80g", "l40s", "rtx-pro-6000", "b60")
# Kernels in Triton that keep a place for every routed row. The first is an earlier name, of kernels that took blocks of 16 rows for
# no more tokens than experts and of 64 for more.
TRITON = ("(vllm_fused_moe)", "triton_tritonexperts", "triton_fp8_block")
# Weaker priors where leaving out one number of tokens at a time speaks for them (mean error): badly chosen tactics make the first
# of these kernels five times as slow as memory allows.
WEAK = {("experts", "vllm", "h100", "fp8"): 1.0, ("experts", "tensorrt-llm", "h100", "mxfp4"): 1.0,
        ("experts", "vllm", "rtx-pro-6000", "fp8"): 1.0}
# The benchmark reports more bytes per second than the memory has, so the table times something else.
UNUSABLE = {("a100-80g", "tensorrt-llm", "decode")}


def relatives(name):
    return next((f[0] for f in FAMILIES if name in f), name)


def work(group):
    """Fits one group; what only some libraries do is fitted only there."""
    first, changes = group[0], {}
    spec = fitting.SPECS[first.family]
    if (first.family, first.stack, first.precision) == ("gemm", "vllm", "mxfp8"):  # timed without a captured graph
        changes |= {"issue": (100.0, 1.0, 1.0, 2000.0, "log"), "launch": (5.0, 0.3, 2.0, 12.0, "log"),
                    "issue_many": (100.0, 1.0, 1.0, 2000.0, "log"), "issue_rows": (ISSUE_ROWS[first.accelerator], 0.0, 0.0, 0.0, "fixed")}
    if first.family == "gemm" and first.stack == "tensorrt-llm" and (first.accelerator, first.precision) in CAST_BEFORE:
        changes |= {"cast": spec["quantise"], "quantise": (0.0, 0.0, 0.0, 0.0, "fixed")}
    if first.family == "gemm" and first.stack == "vllm" and first.precision != "bf16":
        # Activations are quantised in a kernel of their own.
        changes |= {"cast": spec["quantise"], "quantise": (0.0, 0.0, 0.0, 0.0, "fixed"), "depth": (60.0, 1.5, 1.0, 4000.0, "log")}
    if (first.family, first.precision, first.kernel) == ("experts", "mxfp4", "low_latency"):  # widens weights as it goes
        changes["row_efficiency"] = (0.3, 0.6, 0.05, 3.0, "log")
    if first.family == "experts" and first.accelerator in LARGE_CACHE:
        changes["reuse"] = (1.0, 0.7, 0.1, 3.0, "log")
    if first.family == "experts" and any(x in first.source for x in TRITON):
        changes |= fitting.ALL_ROWS
    if (first.family, first.stack, first.accelerator) == ("experts", "vllm", "a100-80g"):
        changes["block"] = (64.0, 0.0, 0.0, 0.0, "fixed")
    if first.family == "decode" and first.accelerator == "b60":  # started by the host, kernel by kernel
        changes |= {"least": (60.0, 0.3, 20.0, 100.0, "log"), "launch": (30.0, 0.5, 5.0, 100.0, "log"), "crowd": (10.0, 1.0, 0.1, 200.0, "log")}
    if first.family == "gemm" and first.stack == "vllm" and (first.accelerator, first.precision) in SINGLE_ROW:
        changes["single_row"] = (1.0, 3.0, 0.01, 40.0, "log")
    return list(zip(group, [sheets.rounded(p) for p in fitting.fit(group, changes, WEAK.get((first.family, first.stack, first.accelerator, first.precision)))]))


def verdict(table, params):
    fitted, (rows, median, p90) = fitting.judge(table, params, odd=True)[0], fitting.judge(table, params)
    left = int((~table.kept).sum())
    name = table.precision + (" low latency" if table.kernel == "low_latency" else "")
    return (f"{name}: {fitted} rows fitted, {rows} judged, error median {100 * median:.1f} % and p90 "
            f"{100 * p90:.1f} %" + (f", {left} left out (served by the cache)" if left else ""))


def collect(results):
    """(accelerator, stack) -> sheet."""
    out, texts = {}, {}
    for table, params in results:
        sheet = out.setdefault((table.accelerator, table.stack),
                               {"accelerator": table.accelerator, "stack": table.stack, "confidence": "C", "sources": {}})
        if table.family in ("gemm", "experts"):
            key = "gemm" if table.family == "gemm" else "grouped_gemm"
            kept = {k: v for k, v in params.items() if table.family == "gemm" or k not in ("split", "sag", "single_row")}
            sheet.setdefault(key, {})[sheets.entry(table)] = kept
        else:
            key = sheets.KEYS[table.family, table.precision]
            sheet[key] = params
        texts.setdefault((table.accelerator, table.stack, key), []).append((table, params))
    for (accelerator, stack, key), parts in texts.items():
        sources = "; ".join(sorted({t.source for t, _ in parts}))
        out[accelerator, stack]["sources"][key] = "fitted: " + "; ".join(verdict(*x) for x in parts) + ". " + sources
    return out


def lend_experts(fitted):
    """vLLM calls TensorRT-LLM's own kernel (trtllm-gen) by way of FlashInfer."""
    for name in ("b200", "gb200", "b300", "gb300"):
        fitted[name, "tensorrt-llm"]["grouped_gemm"]["mxfp8, kernel: low_latency"] = dict(
            fitted[name, "vllm"]["grouped_gemm"]["mxfp8"])
        fitted[name, "tensorrt-llm"]["sources"]["grouped_gemm"] += (
            f"; mxfp8 low latency carried over from {name}.vllm, which calls the same kernel (trtllm-gen by way of FlashInfer)")


def complete(fitted, sheet_folder):
    """Fills what a table lacks, and adds the profiles that have none."""
    a100 = fitted["a100-80g", "vllm"]
    carried.borrow(fitted["a100-80g", "tensorrt-llm"], ["decode_attention"], a100,
                   "the table of TensorRT-LLM reports up to 3.4 TB/s, more than the memory has")
    carried.borrow(fitted["a40", "vllm"], ["prefill_attention", "decode_attention"], a100, "same architecture")
    carried.borrow(fitted["rtx-4090", "vllm"], ["prefill_attention", "decode_attention"], fitted["l40s", "vllm"],
                   "same architecture")
    lend_experts(fitted)
    for (name, stack), sheet in fitted.items():
        if "elementwise" not in sheet or stack == "xla":
            sheet["elementwise"] = dict(carried.STREAM)
            sheet["sources"]["elementwise"] = "assumed: 80 % of peak bandwidth"
        sheet["sources"]["*"] = "see the parts"
    extra = [carried.training(fitted, n, machine_of(sheet_folder, n)["bandwidth"]) for n in ("a100-80g", "h100", "h200", "b200", "gb200", "b300", "gb300")]
    extra += [carried.amd(fitted, n, s) for n in ("mi300x", "mi325x", "mi355x") for s in ("vllm", "primus")]
    extra += [carried.tpu(fitted, n, "maxtext") for n in ("tpu-v5e", "tpu-v5p", "tpu-v6e", "tpu-v7")]
    extra += [carried.tpu(fitted, n, "xla") for n in ("tpu-v5e", "tpu-v5p", "tpu-v7")]
    extra.append(carried.trainium(fitted))
    fitted |= {(s["accelerator"], s["stack"]): s for s in extra}
    for stack in ("tensorrt-llm", "vllm", "transformer-engine"):
        fitted["a100-40g", stack] = carried.smaller(fitted, "a100-40g", "a100-80g", stack)


def renew(fitted, arguments):
    """Writes the parts of one family into the sheets that hold them."""
    if arguments.only == "experts" and arguments.accelerator is None:
        lend_experts(fitted)
        for stack in ("tensorrt-llm", "vllm"):
            fitted["a100-40g", stack] = carried.smaller(fitted, "a100-40g", "a100-80g", stack)
    for sheet in fitted.values():
        sheets.replace(arguments.out, sheet)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="folder with the measured tables")
    parser.add_argument("--out", default=os.path.join(HERE, "../sheets/kernels"), help="folder of the written sheets")
    parser.add_argument("--only", help="one family, for example experts: its parts of the sheets are written anew, the rest stays")
    parser.add_argument("--accelerator", help="with --only: this one and those fitted with it, the first of its family")
    arguments = parser.parse_args()
    groups = {}
    for table in all_tables(arguments.data, os.path.join(HERE, "../sheets")):
        if (table.accelerator, table.stack, table.family) in UNUSABLE:
            continue
        if arguments.only not in (None, table.family) or arguments.accelerator not in (None, relatives(table.accelerator)):
            continue
        key = (relatives(table.accelerator), table.stack, table.family, table.precision, table.kernel)
        groups.setdefault(key, []).append(table)
    results = []
    with multiprocessing.Pool() as pool:
        for done in pool.imap(work, list(groups.values())):
            results += done
            for table, params in done:
                print(f"{table.accelerator}.{table.stack} {table.family} {verdict(table, params)}", flush=True)
    fitted = collect(results)
    if arguments.only:
        renew(fitted, arguments)
        return
    complete(fitted, os.path.join(HERE, "../sheets"))
    os.makedirs(arguments.out, exist_ok=True)
    for sheet in fitted.values():
        sheets.write(arguments.out, sheet)


if __name__ == "__main__":
    main()
