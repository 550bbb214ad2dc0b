#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sim/core/diagnostics.h"

namespace headroom::config {

/// Where each value of a message was written, by path (`workloads[pretrain].train.parallelism.pp`).
class SourceMap {
 public:
  void Add(const std::string& path, const Place& place) { places_.emplace(path, place); }
  /// Of the path or of its nearest known ancestor; of the whole text for "".
  Place Find(std::string_view path) const;
  /// Whether a value stands in the text, rather than being a default.
  bool Written(std::string_view path) const { return places_.find(path) != places_.end(); }
  const std::map<std::string, Place, std::less<>>& places() const { return places_; }

 private:
  std::map<std::string, Place, std::less<>> places_;
};

}  // namespace headroom::config
