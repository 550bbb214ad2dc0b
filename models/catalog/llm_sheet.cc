#include "models/catalog/llm_sheet.h"

#include <fmt/format.h>

#include "sim/config/reader.h"
#include "sim/core/diagnostics.h"

namespace headroom::catalog {

void CompleteLlm(Llm* llm) {
  config::FillDefaults(llm);
  Diagnostics diagnostics;
  const auto error = [&](const std::string& path, const std::string& message) {
    const std::string who = llm->name().empty() ? "model" : llm->name();
    diagnostics.Error({}, who + "." + path, message);
  };
  if (llm->layers() == 0) error("layers", "is missing");
  if (llm->hidden() == 0) error("hidden", "is missing");
  if (llm->heads() == 0) error("heads", "is missing");
  if (llm->vocab() == 0) error("vocab", "is missing");

  const std::uint32_t dense = llm->has_moe() ? llm->moe().dense_layers() : llm->layers();
  if (dense > llm->layers()) {
    error("moe.dense_layers", fmt::format("is {}; the model has {} layers", dense, llm->layers()));
  }
  if (dense > 0 && llm->ffn_hidden() == 0)
    error("ffn_hidden", "is missing; the model has dense layers");
  if (llm->has_moe() && llm->moe().experts_per_token() > llm->moe().experts()) {
    error("moe.experts_per_token",
          fmt::format("is {}; a layer has {} experts", llm->moe().experts_per_token(),
                      llm->moe().experts()));
  }
  if (llm->heads() > 0) {
    if (!llm->has_kv_heads()) llm->set_kv_heads(llm->heads());
    if (llm->kv_heads() == 0 || llm->heads() % llm->kv_heads() != 0) {
      error("kv_heads",
            fmt::format("is {}; it must divide the {} query heads", llm->kv_heads(), llm->heads()));
    }
    if (!llm->has_head_dim()) {
      if (llm->has_mla()) {
        llm->set_head_dim(llm->mla().nope_dim() + llm->mla().rope_dim());
      } else if (llm->hidden() % llm->heads() == 0) {
        llm->set_head_dim(llm->hidden() / llm->heads());
      } else {
        error("heads", fmt::format("is {}; it must divide hidden ({}) unless head_dim is given",
                                   llm->heads(), llm->hidden()));
      }
    }
  }
  diagnostics.ThrowIfErrors();
}

}  // namespace headroom::catalog
