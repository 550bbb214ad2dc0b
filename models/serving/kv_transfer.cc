#include "models/serving/kv_transfer.h"

#include <algorithm>

namespace headroom::serving {

double KvTransfer::Send(std::size_t from, std::size_t to, std::uint64_t tokens, double ready,
                        double started) {
  const double bytes = params_.bytes_per_token * static_cast<double>(tokens);
  const double seconds = bytes / std::min(params_.send, params_.receive);
  const double layers = params_.layers;
  const double first = layers > 0 ? started + (ready - started) / layers : ready;
  const double start = std::max({first, sender_free_[from], receiver_free_[to]});
  const double end = std::max(start + seconds, layers > 0 ? ready + seconds / layers : 0.0);
  sender_free_[from] = receiver_free_[to] = end;
  ++count_;
  bytes_ += bytes;
  seconds_ += end + params_.latency - ready;
  return end + params_.latency;
}

network::Traffic KvTransfer::Sent(std::size_t from, std::size_t to, std::uint64_t tokens) const {
  network::Traffic t;
  t.sent = params_.bytes_per_token * static_cast<double>(tokens);
  if (params_.senders.empty()) return t;
  const KvTransferParams::Place &a = params_.senders[from], &b = params_.receivers[to];
  if (a.leaf != b.leaf) t.up = t.sent;
  if (a.leaf != b.leaf && a.pod != b.pod) t.core = t.sent;
  return t;
}

network::Traffic KvTransfer::AtReceiver(const network::Traffic& sent) {
  network::Traffic t;
  t.received = sent.sent;
  t.down = sent.up;
  return t;
}

void KvTransfer::Cancel(std::size_t from, std::size_t to, std::uint64_t tokens, double ready, double arrives, double now) {
  for (double* free : {&sender_free_[from], &receiver_free_[to]})
    if (*free + params_.latency == arrives) *free = std::min(*free, now);
  --count_;
  bytes_ -= params_.bytes_per_token * static_cast<double>(tokens);
  seconds_ -= arrives - ready;
}

}  // namespace headroom::serving
