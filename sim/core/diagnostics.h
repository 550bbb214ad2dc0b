#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace headroom {

/// Where in an input something stands; line and column count from 1, 0 means "not known".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// One finding about an input: `file:line:col: path: message`.
struct Finding {
  Place place;
  std::string path;  ///< e.g. `site.power.bess.capacity`; may be empty
  std::string message;
  std::string Text() const;
};

/// A mistake in what the user wrote, all findings at once. The command prints them and ends with status 2.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Finding> findings);
  explicit ConfigError(const std::string& message);
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  std::vector<Finding> findings_;
};

/// Reading or writing a file failed (missing, unwritable, disk full). The command ends with status 5.
class IoError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Collects errors and warnings while an input is read, so that a user sees all of them at once.
class Diagnostics {
 public:
  void Error(Place place, std::string path, std::string message);
  void Warning(Place place, std::string path, std::string message);
  bool ok() const { return errors_.empty(); }
  const std::vector<Finding>& errors() const { return errors_; }
  const std::vector<Finding>& warnings() const { return warnings_; }
  /// @throws ConfigError with every error found so far, in order of place; returns if there is none.
  void ThrowIfErrors() const;

 private:
  std::vector<Finding> errors_;
  std::vector<Finding> warnings_;
};

/// The word of `known` nearest to `word` by edit distance, or "" if none is near enough to suggest.
std::string Nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace headroom
