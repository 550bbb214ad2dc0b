#pragma once

#include <string>

#include "scenarios/study/plan_study.h"

namespace headroom::cli {

/// The answer of a plan search for people, for programs and for tables.
std::string PlanText(const scenario::PlanStudy& study, const std::string& file);
std::string PlanJson(const scenario::PlanStudy& study);
std::string PlanCsv(const scenario::PlanStudy& study);

}  // namespace headroom::cli
