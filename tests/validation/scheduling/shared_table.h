#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headroom::validation {

/// A CSV file below the shared data's scheduling folder; lines that begin with # are comments, cells may be quoted.
class SharedTable {
 public:
  /// Nothing, with a line "skipped: ..." on the standard output, where the file is not there.
  static std::optional<SharedTable> Read(const std::string& file);
  std::size_t size() const { return rows_.size(); }
  const std::string& text(std::size_t row, const std::string& column) const;
  double number(std::size_t row, const std::string& column) const;

 private:
  std::map<std::string, std::size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Path of a file below the shared folder.
std::string SharedPath(const std::string& file);

}  // namespace headroom::validation
