#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/training/replay/rank_trace.h"

namespace headroom::scenario {

/// Reading and writing Chakra execution traces; the format and its rules are in
/// docs/formats/chakra.md. What cannot be read is a ConfigError that names the file and the byte
/// (of the decompressed file) or the node.

/// A file's content, decompressed where it is gzip (told by its first bytes, whatever its name).
std::string ReadTraceBytes(const std::string& path);

/// What replay needs of a trace, decoded by hand without a copy of the messages. `rank` is who
/// recorded it.
training::RankTrace DecodeChakra(std::string_view bytes, const std::string& file,
                                 std::uint32_t rank);

/// The bytes of a file that holds `trace`; decoding them gives it back.
std::string EncodeChakra(const training::RankTrace& trace);

/// The files of `pattern`, in which {rank} stands for 0, 1, 2 ... , beside the scenario in
/// `folder`. @throws ConfigError if there is none or one is missing in between.
std::vector<std::string> TraceFiles(const std::string& pattern, const std::string& folder);

/// Communicators: a JSON object from name to ranks, `{"1": [0, 1, 2, 3], "2": [4, 5, 6, 7]}`.
std::map<std::string, std::vector<std::uint32_t>> ReadGroups(const std::string& path);
std::string GroupsJson(const std::map<std::string, std::vector<std::uint32_t>>& groups);
/// The communicators that PyTorch's recorder writes into `inputs.values` of a METADATA node.
std::vector<training::NamedGroup> ProcessGroups(std::string_view values);

}  // namespace headroom::scenario
