#pragma once

#include <string>
#include <vector>

#include "models/cost/signal.h"
#include "scenarios/build/context.h"
#include "scenarios/read/series/series_reader.h"

namespace headroom::scenario {

/// A figure of the scenario that may move.
struct SignalSource {
  std::string path;  ///< of the series
  const schema::Series& series;
  bool moves = false;
  double mean = 0.0;  ///< SI, of the scalar beside it
  const std::vector<SeriesColumn>* columns = nullptr;
};

/// Constant, cosines about `mean`, or a file's steps from the run's start on. Errors go to the context; the result then is constant.
cost::Signal SignalOf(const BuildContext& context, const SignalSource& source);

}  // namespace headroom::scenario
