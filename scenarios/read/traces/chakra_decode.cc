#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "scenarios/read/traces/chakra.h"
#include "scenarios/read/traces/chakra_dependencies.h"
#include "scenarios/read/traces/wire_cursor.h"

namespace headroom::scenario {
namespace {

using training::NodeKind;
using training::RankTrace;
using training::TraceNode;

constexpr std::uint64_t kMaxMicros = 10'000'000'000'000;  ///< a third of a year
constexpr std::uint32_t kMaxStreams = 255;

/// The value of an attribute, as far as anything here asks for it.
struct Value {
  enum Kind { kNone, kInteger, kReal, kText, kList } kind = kNone;
  std::int64_t integer = 0;
  std::string_view text;  ///< or the list's message
};

std::int64_t ZigZag(std::uint64_t v) {
  return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
}

class Decoder {
 public:
  Decoder(std::string_view bytes, const std::string& file, std::uint32_t rank)
      : bytes_(bytes), cursor_(bytes, file), rank_(rank) {
    trace_.file = file;
  }

  RankTrace Decode() {
    if (cursor_.done()) throw ConfigError(fmt::format("{}: the file is empty", trace_.file));
    const std::size_t guess = bytes_.size() / 80;
    trace_.nodes.reserve(guess);
    trace_.dep_begin.reserve(guess + 1);
    ids_.reserve(guess);
    Metadata(cursor_.Inside(cursor_.Bytes()));
    while (!cursor_.done()) Node(cursor_.Inside(cursor_.Bytes()));
    ResolveDependencies(std::move(ids_), waits_for_, recorded_, &trace_);
    return std::move(trace_);
  }

 private:
  void Metadata(WireCursor c) {
    while (!c.done()) {
      const WireCursor::Tag tag = c.NextTag();
      if (tag.field <= 2) c.Expect(tag, 2);
      c.Skip(tag);
    }
  }

  struct Draft {
    TraceNode node;
    std::string_view name, group, values;
    std::uint64_t type = 0;
    bool has_operation = false, has_size = false, has_flops = false, has_bytes = false,
         has_source = false, has_destination = false, part = false;
    std::int64_t size = 0, moved = 0, operation = 0, source = 0, destination = 0, stream = 0;
  };

  void Node(WireCursor c) {
    Draft d;
    while (!c.done()) {
      const WireCursor::Tag tag = c.NextTag();
      switch (tag.field) {
        case 1:
          c.Expect(tag, 0);
          d.node.id = c.Varint();
          break;
        case 2:
          c.Expect(tag, 2);
          d.name = c.Bytes();
          break;
        case 3:
          c.Expect(tag, 0);
          d.type = c.Varint();
          break;
        case 4:
        case 5:
          Dependencies(tag, &c);
          break;
        case 7: {
          c.Expect(tag, 0);
          const std::uint64_t micros = c.Varint();
          if (micros > kMaxMicros)
            c.Fail(fmt::format("a duration of {} us; at most {} are allowed", micros, kMaxMicros));
          d.node.recorded = static_cast<std::int64_t>(micros) * 1000;
          break;
        }
        case 8:
          c.Expect(tag, 2);
          Inputs(c.Inside(c.Bytes()), &d);
          break;
        case 10:
          c.Expect(tag, 2);
          Attribute(c.Inside(c.Bytes()), &d);
          break;
        default:
          c.Skip(tag);
      }
    }
    Finish(c, &d);
  }

  void Dependencies(WireCursor::Tag tag, WireCursor* c) {
    const bool control = tag.field == 4;
    if (tag.type == 0) return AddDependency(c->Varint(), control);
    c->Expect(tag, 2);
    for (WireCursor list = c->Inside(c->Bytes()); !list.done();)
      AddDependency(list.Varint(), control);
  }
  void AddDependency(std::uint64_t id, bool control) {
    waits_for_.push_back(id);
    trace_.deps.push_back(control ? RankTrace::kControl : 0);
  }

  void Inputs(WireCursor c, Draft* d) {
    while (!c.done()) {
      const WireCursor::Tag tag = c.NextTag();
      if (tag.field == 1 && tag.type == 2) {
        d->values = c.Bytes();
      } else {
        c.Skip(tag);
      }
    }
  }

  void Attribute(WireCursor c, Draft* d) {
    std::string_view name;
    Value v;
    while (!c.done()) {
      const WireCursor::Tag tag = c.NextTag();
      switch (tag.field) {
        case 1:
          c.Expect(tag, 2);
          name = c.Bytes();
          break;
        case 3:
          c.Expect(tag, 1);
          c.Skip(tag);
          v.kind = Value::kReal;
          break;
        case 5:
          c.Expect(tag, 5);
          c.Skip(tag);
          v.kind = Value::kReal;
          break;
        case 7:
        case 9:
        case 11:
        case 13:
        case 27:
          c.Expect(tag, 0);
          v = {Value::kInteger, static_cast<std::int64_t>(c.Varint()), {}};
          break;
        case 15:
        case 17:
          c.Expect(tag, 0);
          v = {Value::kInteger, ZigZag(c.Varint()), {}};
          break;
        case 19:
          c.Expect(tag, 5);
          v = {Value::kInteger, static_cast<std::int64_t>(c.Fixed(4)), {}};
          break;
        case 23:
          c.Expect(tag, 5);
          v = {Value::kInteger, static_cast<std::int32_t>(c.Fixed(4)), {}};
          break;
        case 21:
        case 25:
          c.Expect(tag, 1);
          v = {Value::kInteger, static_cast<std::int64_t>(c.Fixed(8)), {}};
          break;
        case 29:
          c.Expect(tag, 2);
          v = {Value::kText, 0, c.Bytes()};
          break;
        case 28:
          c.Expect(tag, 2);
          v = {Value::kList, 0, c.Bytes()};
          break;
        default:
          c.Skip(tag);
      }
    }
    Take(c, name, v, d);
  }

  static std::int64_t Integer(const WireCursor& c, std::string_view name, const Value& v) {
    if (v.kind != Value::kInteger) c.Fail(fmt::format("attribute {} is not an integer", name));
    return v.integer;
  }

  void Take(const WireCursor& c, std::string_view name, const Value& v, Draft* d) {
    const auto integer = [&] { return Integer(c, name, v); };
    if (name == "is_cpu_op") {
      d->node.host = integer() != 0;
    } else if (name == "comm_size") {
      d->size = integer();
      d->has_size = true;
    } else if (name == "comm_type") {
      d->operation = integer();
      d->has_operation = true;
    } else if (name == "comm_src") {
      d->source = integer();
      d->has_source = true;
    } else if (name == "comm_dst") {
      d->destination = integer();
      d->has_destination = true;
    } else if (name == "comm_tag") {
      d->node.tag = static_cast<std::uint32_t>(integer());
    } else if (name == "num_ops") {
      d->node.flops = static_cast<double>(integer());
      d->has_flops = true;
    } else if (name == "tensor_size") {
      d->moved = integer();
      d->has_bytes = true;
    } else if (name == "tensor_loc") {
      d->node.remote = integer() != 0;
    } else if (name == "pg_name") {
      // A number where the text of one is due is taken for it.
      if (v.kind == Value::kInteger) {
        numbers_.push_back(std::to_string(v.integer));
        d->group = numbers_.back();
      } else if (v.kind == Value::kText) {
        d->group = v.text;
      } else {
        c.Fail("attribute pg_name is not a text");
      }
    } else if (name == "stream" || name == "tid") {
      if (v.kind == Value::kInteger && (name == "stream" || d->stream == 0)) d->stream = v.integer;
    } else if (name == "rf_id") {
      recorded_ = true;
    } else if (name == "involved_dim" && v.kind == Value::kList) {
      for (WireCursor list = c.Inside(v.text); !list.done();) {
        const WireCursor::Tag tag = list.NextTag();
        if (tag.type == 0) {
          d->part |= list.Varint() == 0;
        } else {
          list.Expect(tag, 2);
          for (WireCursor packed = list.Inside(list.Bytes()); !packed.done();)
            d->part |= packed.Varint() == 0;
        }
      }
    }
  }

  [[noreturn]] void Refuse(const Draft& d, const std::string& why) {
    trace_.SetName(&trace_.nodes.emplace_back(d.node), d.name);
    throw ConfigError(fmt::format("{} {}", trace_.Text(trace_.nodes.size() - 1), why));
  }

  void Finish(const WireCursor& c, Draft* d) {
    TraceNode& n = d->node;
    switch (d->type) {
      case 1:
        n.kind = NodeKind::kMark;
        break;
      case 2:
      case 3:
        n.kind = NodeKind::kMemory;
        break;
      case 4:
        n.kind = NodeKind::kCompute;
        break;
      case 5:
        n.kind = NodeKind::kSend;
        break;
      case 6:
        n.kind = NodeKind::kReceive;
        break;
      case 7:
        n.kind = NodeKind::kCollective;
        break;
      default:
        c.Fail(d->type == 0
                   ? fmt::format("node {} has no type", n.id)
                   : fmt::format("node {} is of type {}, which is not known", n.id, d->type));
    }
    if (d->size < 0)
      Refuse(*d, fmt::format("has a comm_size of {}; it must not be negative", d->size));
    if (d->moved < 0)
      Refuse(*d, fmt::format("has a tensor_size of {}; it must not be negative", d->moved));
    if (n.flops < 0)
      Refuse(*d, fmt::format("has num_ops of {}; they must not be negative", n.flops));
    const bool device = !n.host;
    if (n.kind == NodeKind::kCompute || n.kind == NodeKind::kMemory) {
      n.sized = d->has_flops || d->has_bytes;
      n.bytes = static_cast<double>(d->moved);
      if (device) n.stream = StreamOf(d->stream);
    } else if (n.kind == NodeKind::kCollective) {
      if (d->has_operation && (d->operation < 0 || d->operation > 9) && device)
        Refuse(*d, fmt::format("has comm_type {}, which is not known", d->operation));
      if (d->part && device)
        Refuse(
            *d,
            "has an involved_dim that leaves dimensions out; give its ranks as a group (pg_name)");
      if (d->has_operation && device)
        n.operation = static_cast<training::TraceOperation>(d->operation);
      n.sized = d->has_operation && (d->has_size || d->operation == 9);
      n.bytes = static_cast<double>(d->size);
      n.group = trace_.GroupIndex(d->group);
    } else if (n.kind != NodeKind::kMark) {
      n.sized = d->has_size;
      n.bytes = static_cast<double>(d->size);
      // Who is not named is the rank itself.
      const bool send = n.kind == NodeKind::kSend;
      const std::int64_t named = send ? d->destination : d->source;
      const std::int64_t peer = (send ? d->has_destination : d->has_source) ? named : rank_;
      if (peer < 0 || peer > 0x7fffffff)
        Refuse(*d, fmt::format("{} rank {}", send ? "sends to" : "receives from", peer));
      n.peer = static_cast<std::uint32_t>(peer);
    } else if (d->values.find("pg_name") != std::string_view::npos) {
      for (training::NamedGroup& g : ProcessGroups(d->values))
        trace_.defined.push_back(std::move(g));
    }
    trace_.SetName(&n, d->name);
    if (trace_.names.size() > 0xffffffffu || trace_.deps.size() > 0xffffffffu)
      c.Fail("the file is too large");
    trace_.nodes.push_back(n);
    ids_.push_back(n.id);
    trace_.dep_begin.push_back(static_cast<std::uint32_t>(trace_.deps.size()));
  }

  std::uint8_t StreamOf(std::int64_t number) {
    const auto it = std::find(streams_.begin(), streams_.end(), number);
    const auto index = static_cast<std::size_t>(it - streams_.begin());
    if (it == streams_.end()) streams_.push_back(number);
    trace_.streams =
        static_cast<std::uint32_t>(std::clamp<std::size_t>(streams_.size(), 1, kMaxStreams));
    return static_cast<std::uint8_t>(std::min<std::size_t>(index, kMaxStreams - 1));
  }

  std::string_view bytes_;
  WireCursor cursor_;
  std::uint32_t rank_;
  RankTrace trace_;
  std::vector<std::uint64_t> ids_;        ///< by node
  std::vector<std::uint64_t> waits_for_;  ///< ids, beside trace_.deps
  std::vector<std::int64_t> streams_;
  std::deque<std::string> numbers_;
  bool recorded_ = false;  ///< by PyTorch
};

}  // namespace

RankTrace DecodeChakra(std::string_view bytes, const std::string& file, std::uint32_t rank) {
  return Decoder(bytes, file, rank).Decode();
}

}  // namespace headroom::scenario
