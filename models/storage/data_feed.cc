#include "models/storage/data_feed.h"

#include <algorithm>

namespace headroom::storage {

double FeedRate(const DataFeed& feed, double accelerators, double utilisation, double clients, double client, double aggregate) {
  return std::min({accelerators * feed.demand() * utilisation, clients * client, aggregate});
}

double FeedUtilisation(const DataFeed& feed, double accelerators, double rate) {
  return std::min(1.0, rate / (accelerators * feed.demand()));
}

}  // namespace headroom::storage
