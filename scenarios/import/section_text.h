#pragma once

#include <string>

namespace headroom::import {

/// `text` as a name that a scenario allows: letters, digits, - _ . ; others become '-'.
std::string SectionName(const std::string& text);
/// `text` as a YAML scalar in double quotes.
std::string QuotedScalar(const std::string& text);

}  // namespace headroom::import
