#include "gui/data/block_cache.h"

namespace headroom::gui {

std::shared_ptr<const Block> BlockCache::Find(const BlockKey& key) {
  const std::lock_guard lock(mutex_);
  const auto at = index_.find(key);
  if (at == index_.end()) return nullptr;
  used_.splice(used_.begin(), used_, at->second);
  return at->second->block;
}

void BlockCache::Put(const BlockKey& key, std::shared_ptr<const Block> block) {
  const std::lock_guard lock(mutex_);
  if (index_.contains(key)) return;
  bytes_ += block->size() * sizeof(float);
  used_.push_front({key, std::move(block)});
  index_[key] = used_.begin();
  while (bytes_ > bound_ && used_.size() > 1) {
    bytes_ -= used_.back().block->size() * sizeof(float);
    index_.erase(used_.back().key);
    used_.pop_back();
  }
}

std::size_t BlockCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::uint64_t BlockCache::NewFile() {
  const std::lock_guard lock(mutex_);
  return ++files_;
}

}  // namespace headroom::gui
