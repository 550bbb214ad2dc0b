#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

namespace headroom::gui {

/// Rows of a series as they were recorded, row by row.
using Block = std::vector<float>;

/// Where a block belongs: which file, which series of it, which block of that.
struct BlockKey {
  std::uint64_t file = 0;
  std::uint32_t series = 0;
  std::uint64_t block = 0;
  auto operator<=>(const BlockKey&) const = default;
};

/// The blocks used last, of all open reports together, within a bound of memory. Any thread may ask.
class BlockCache {
 public:
  explicit BlockCache(std::size_t bytes = 160u << 20) : bound_(bytes) {}
  /// Null where it is not held.
  std::shared_ptr<const Block> Find(const BlockKey& key);
  void Put(const BlockKey& key, std::shared_ptr<const Block> block);
  std::size_t bytes() const;
  std::size_t bound() const { return bound_; }
  /// A number for a file, given out once.
  std::uint64_t NewFile();

 private:
  struct Entry {
    BlockKey key;
    std::shared_ptr<const Block> block;
  };
  const std::size_t bound_;
  mutable std::mutex mutex_;
  std::list<Entry> used_;  ///< last used first
  std::map<BlockKey, std::list<Entry>::iterator> index_;
  std::size_t bytes_ = 0;
  std::uint64_t files_ = 0;
};

}  // namespace headroom::gui
