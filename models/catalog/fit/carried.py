"""Profiles that no public kernel table covers: carried over from a relative, with what is published about the chip."""
import copy

BACKWARD = {
    "a100-80g": (0.85, "FlashAttention-2 on A100: forward up to 230, backward up to 196 TFLOPS at head dimension 128 (arXiv:2307.08691, recalled)"),
    "h100": (0.8, "FlashAttention-3 on H100: forward up to 740, backward up to about 580 TFLOPS (arXiv:2407.08608, recalled)"),
    "blackwell": (0.75, "assumed: lower end of what Hopper reaches; no public backward table of Blackwell"),
    "other": (0.7, "assumed")}
STREAM = {"memory_efficiency": 0.8, "launch": 2.5}

# Sustained over tabulated GEMM efficiency in a training step, fitted by tests/validation/training on one measured step.
MLPERF = "fitted on one row, MLPerf Training 5.0 Llama 3.1 405B in fp8 on {} (mlcommons/training_results_v5.0); errors of the other rows on the page of the training model"
MAXTEXT = "fitted on one row, {} (AI-Hypercomputer/maxtext e591f30); makes up for what the assumed attention and memory-bound kernels miss"
DERATE = {"tpu-v5e": (1.305, MAXTEXT.format("16B on 256 chips")), "tpu-v5p": (1.069, MAXTEXT.format("32B on 64 chips")),
          "tpu-v6e": (0.895, MAXTEXT.format("Llama 2 70B on 256 chips")),
          "h100": (0.9551, MLPERF.format("512 H100")), "h200": (1.0092, MLPERF.format("512 H200")),
          "gb200": (0.9465, MLPERF.format("256 GB200")),
          "a100-80g": (0.998, "271.2 TFLOP/s measured at 1024 x 10240 x 5120 (maximum achievable matmul, stas00/ml-engineering 744d01e) over the table's rate there; no training step fitted")}
for relative in ("b200", "b300", "gb300"):
    DERATE[relative] = (DERATE["gb200"][0], "carried over from gb200: same architecture, no measured step fitted")

# largest share of bf16 and fp8 peak in stas00/ml-engineering 744d01e (maximum achievable matmul)
LARGEST = {"mi300x": (668.4 / 1307, None), "mi325x": (784.9 / 1307, None), "mi355x": (1565.0 / 2500, None)}


def backward(name):
    if name.startswith("a100"):
        return BACKWARD["a100-80g"]
    if name in ("h100", "h200"):
        return BACKWARD["h100"]
    return BACKWARD["blackwell" if name[0] in "bg" else "other"]


def training(fitted, name, bandwidth):
    """The vendor libraries without the server: cuBLAS through the framework in bf16, fused attention both ways.

    Casts to 8 and 4 bits are no part of a product here: the training model counts them as memory-bound work.
    """
    vllm, trt = fitted[name, "vllm"], fitted[name, "tensorrt-llm"]
    factor, source = backward(name)
    derate, measured = DERATE.get(name, (1.0, "assumed: no measured step"))
    gemm = {"bf16": dict(vllm["gemm"]["bf16"])} | {p: dict(v) for p, v in trt["gemm"].items() if p != "bf16"}
    out = {"accelerator": name, "stack": "transformer-engine", "confidence": "D", "gemm": gemm,
           "prefill_attention": dict(vllm["prefill_attention"], backward_factor=factor),
           "decode_attention": dict(vllm["decode_attention"]), "elementwise": dict(STREAM),
           "training_gemm_derate": derate}
    # A training framework quantises in the kernel before (norm, activation), not per product. A step runs at the sustained clock
    # from its first kernel to its last. bf16 and fp8 take the sag of the bf16 table (cuBLAS). nvfp4 takes its own: TensorRT-LLM's
    # products stay below the limit (661 to 718 of 1,200 W in aic_power_gb200), and vLLM's, which reach it, are no quicker when long.
    sag = gemm["bf16"].get("sag", 0.0)
    for p, v in out["gemm"].items():
        own = v.get("sag", 0.0) if p == "nvfp4" else sag
        v["single_row"] = v["quantise"] = v["cast"] = v["issue"] = v["issue_many"] = v["issue_rows"] = 0.0
        v["launch"] = min(v["launch"], gemm["bf16"]["launch"])
        v["compute_efficiency"] = float(f"{v['compute_efficiency'] / (1 + own):.3g}")
        v["sag"] = 0.0
    prefill = out["prefill_attention"]
    prefill["compute_efficiency"] = float(f"{prefill['compute_efficiency'] / (1 + prefill['sag']):.3g}")
    prefill["sag"] = 0.0
    # Transformer Engine runs one product of the vendor's library per expert, several streams at once.
    out["grouped_gemm"] = {p: {k: x for k, x in v.items() if k not in ("split", "sag", "single_row", "cast", "issue", "issue_many", "issue_rows")}
                           for p, v in out["gemm"].items()}
    fp4 = ", nvfp4 at that of its own table" if "nvfp4" in gemm else ""
    out["sources"] = {
        "gemm": f"carried over: bf16 from {name}.vllm (cuBLAS through the framework), the others from {name}.tensorrt-llm; without the launch that quantises, which the training model counts apart, and at the sustained clock that the bf16 table shows for long products{fp4}",
        "grouped_gemm": "as gemm: one product of the vendor's library per expert, several at once (NVIDIA's guide to DeepSeek-V3 on GB200 reports 2,672 TFLOP/s for mxfp8 at k = 7,168, n = 2,048)",
        "prefill_attention": f"carried over from {name}.vllm; fitted there",
        "prefill_attention.backward_factor": source,
        "decode_attention": f"carried over from {name}.vllm",
        "elementwise": "assumed: fused kernels stream at 80 % of peak bandwidth",
        "training_gemm_derate": measured,
        "*": "carried over"}
    return out


def scaled(params, efficiency, bandwidth=0.75, launch=None):
    out = dict(params, compute_efficiency=efficiency, memory_efficiency=bandwidth, single_row=0.0, issue=0.0, issue_many=0.0, issue_rows=0.0)
    if launch:
        out["launch"] = launch
    return out


def amd(fitted, name, stack):
    """Shape of the curves from H100 under vLLM; the largest share of peak as measured on the chip."""
    base, share = fitted["h100", "vllm"], LARGEST[name][0]
    # The relative's large products reach this share of its e_c.
    reach = 0.80 / base["gemm"]["bf16"]["compute_efficiency"]
    e = float(f"{share / reach:.3g}")
    gemm = {"bf16": scaled(base["gemm"]["bf16"], e, launch=6.0),
            "fp8": scaled(base["gemm"]["fp8"], float(f"{0.9 * e:.3g}"), launch=10.0)}
    if name == "mi355x":
        gemm["mxfp8"] = dict(gemm["fp8"])
        gemm["nvfp4"] = scaled(base["gemm"]["fp8"], float(f"{0.7 * e:.3g}"), launch=10.0)
    if stack == "primus":  # which casts in kernels of their own, counted by the training model
        for p in gemm.values():
            p["cast"] = p["quantise"] = 0.0
    prefill = dict(base["prefill_attention"], compute_efficiency=float(f"{0.75 * share:.3g}"), launch=15.0, sag=0.0,
                   backward_factor=BACKWARD["other"][0])
    decode = dict(base["decode_attention"], memory_efficiency=0.7, launch=15.0)
    return {"accelerator": name, "stack": stack, "confidence": "D", "gemm": gemm, "prefill_attention": prefill,
            "decode_attention": decode, "elementwise": {"memory_efficiency": 0.7, "launch": 5.0},
            "sources": {
                "gemm": f"curves of h100.vllm; largest bf16 products scaled to {100 * share:.0f} % of peak (stas00/ml-engineering 744d01e, maximum achievable matmul); fp8 at 0.9 and fp4 at 0.7 of that share, memory_efficiency 0.75 and launch assumed: no public kernel table of the chip",
                "prefill_attention": "assumed: three quarters of the matmul share, curves of h100.vllm",
                "prefill_attention.backward_factor": BACKWARD["other"][1],
                "decode_attention": "assumed: curves of h100.vllm at 70 % of peak bandwidth",
                "elementwise": "assumed",
                "*": "assumed"}}


def sustained(sheet):
    """With the factor that a measured training step shows, where there is one."""
    if sheet["accelerator"] in DERATE:
        factor, source = DERATE[sheet["accelerator"]]
        sheet["training_gemm_derate"] = factor
        sheet["sources"] = {"training_gemm_derate": source} | sheet["sources"]
    return sheet


def tpu(fitted, name, stack):
    """Matrix units of a relative that LLMServingSim timed, TPU v6e; attention as a fused kernel, not as timed there."""
    base = fitted["tpu-v6e", "xla"]
    gemm = {"bf16": dict(base["gemm"]["bf16"])}
    out = {"accelerator": name, "stack": stack, "confidence": "D", "gemm": gemm,
           "prefill_attention": {"compute_efficiency": 0.55, "memory_efficiency": 0.8, "launch": 10.0, "half_length": 500.0,
                                 "critical": 0.0, "passes": 1.0, "backward_factor": 0.7},
           "decode_attention": dict(base["decode_attention"], memory_efficiency=0.7, per_sequence=200.0),
           "elementwise": {"memory_efficiency": 0.8, "launch": 2.0},
           "sources": {
               "gemm": "carried over from tpu-v6e.xla (timed there); other precisions take the same shares of their peaks",
               "prefill_attention": "assumed: fused (splash) attention at half of peak; no public table",
               "decode_attention": "assumed: 70 % of peak bandwidth",
               "elementwise": "assumed: fused by the compiler",
               "*": "assumed"}}
    return sustained(out) if stack == "maxtext" else out


def trainium(fitted):
    out = tpu(fitted, "trainium2", "neuron")
    out["gemm"]["bf16"].update(compute_efficiency=0.75, memory_efficiency=0.8, launch=5.0)
    out["sources"]["gemm"] = "assumed: curves of tpu-v6e.xla at 75 % of peak; no public kernel table"
    return out


def smaller(fitted, name, relative, stack):
    out = copy.deepcopy(fitted[relative, stack])
    out.update(accelerator=name, confidence="D")
    out["sources"] = {k: f"carried over from {relative}.{stack}: same die" for k in out["sources"]}
    return out


def borrow(sheet, keys, lender, why):
    for key in keys:
        sheet[key] = copy.deepcopy(lender[key])
        sheet["sources"][key] = f"carried over from {lender['accelerator']}.{lender['stack']}: {why}"
