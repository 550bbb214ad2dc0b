#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "scenarios/sweep/plan.h"

namespace headroom::sweep::test {

/// A folder of its own with a small scenario in it, gone at the end.
struct TempSweep {
  TempSweep() {
    std::string name = (std::filesystem::temp_directory_path() / "headroom-sweep-XXXXXX").string();
    path = mkdtemp(name.data());
    Write("small.yaml",
          "schema: 1\nname: Small\nsite:\n  systems:\n    - {name: train, type: dgx-h100, count: 2}\nworkloads:\n"
          "  - name: pretrain\n    train: {model: llama-3.1-8b, sequence: 4096, global_batch: 32, steps: 3, "
          "parallelism: {tp: 2, pp: 2, zero: 1, sequence_parallel: true}}\n");
  }
  ~TempSweep() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string& name) const { return path + "/" + name; }
  void Write(const std::string& name, const std::string& text) const { std::ofstream(*this / name) << text; }
  /// The sweep of that text over the small scenario.
  Sweep Read(const std::string& text) const {
    Write("s.yaml", "schema: 1\nbase: small.yaml\n" + text);
    return ReadSweep(*this / "s.yaml");
  }
  std::string path;
};

}  // namespace headroom::sweep::test
