#pragma once

namespace headroom::failure {

/// Interval between checkpoints that loses least, for a stop of `cost` seconds at each and a mean of `between`
/// seconds from one interruption to the next. Work time from the end of one checkpoint to the start of the next.
///
/// Young (1974): sqrt(2 cost between); good for cost << between.
double YoungInterval(double cost, double between);
/// Daly (2006), higher order: sqrt(2 C M) (1 + sqrt(C / 2M) / 3 + C / 18M) - C for C < 2M, else M.
double DalyInterval(double cost, double between);

/// Share of time that is productive with `interval` seconds of work, `cost` for each checkpoint and `recovery` after
/// each interruption, which may strike at any time (Daly's exact form for exponential gaps):
///
///     interval / (M exp(recovery / M) (exp((interval + cost) / M) - 1))
double ExpectedGoodput(double interval, double cost, double recovery, double between);

/// Share of time that one of several tiers of checkpoints loses, to first order (intervals short against `between`): `cost` seconds of stop
/// every `interval`, and half an interval for each of the interruptions, `between` apart, that no nearer tier outlives. Tiers do not
/// disturb each other, so each has its own Young's interval, sqrt(2 cost between).
double TierLoss(double interval, double cost, double between);

}  // namespace headroom::failure
