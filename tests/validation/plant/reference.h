#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

/// Held values for the plant, and the table that compares with them.
namespace headroom::validation {

/// A comma-separated file: lines that begin with # are left out, the first other line names the
/// columns.
class Csv {
 public:
  std::size_t rows() const { return rows_.size(); }
  const std::string& text(std::size_t row, const std::string& column) const;
  double number(std::size_t row, const std::string& column) const;
  /// Half a unit of the last digit printed there.
  double rounding(std::size_t row, const std::string& column) const;

 private:
  friend std::optional<Csv> ReadReference(const std::string& name);
  std::map<std::string, std::size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// data/facility/NAME below HEADROOM_SHARED (else beside the source tree); prints "skipped: ..."
/// and gives nothing where the file is absent.
std::optional<Csv> ReadReference(const std::string& name);

/// Error of a predicted trajectory over its held counterpart.
struct TrajectoryError {
  void Add(double predicted, double held);
  double rms() const;
  /// rms over the mean of the held values.
  double cv() const { return rms() / (sum / points); }
  double mean() const { return sum / points; }
  double predicted_mean() const { return predicted_sum / points; }
  double square = 0.0, most = 0.0, sum = 0.0, predicted_sum = 0.0;
  int points = 0;
};

/// Adds a row for a trajectory; see Compare(). `name` gives subject and signal.
void CompareTrajectory(const std::string& name, const std::string& reference,
                       const TrajectoryError& error, const std::string& unit);

/// Adds a row to the table, which is printed and, where HEADROOM_VALIDATION_OUT is set, written to
/// plant.md there.
void Compare(const std::string& what, const std::string& reference, double measured,
             double predicted, const std::string& unit, const std::string& error);

}  // namespace headroom::validation
