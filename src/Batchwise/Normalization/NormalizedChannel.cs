namespace Batchwise;

/// <summary>What forward leaves of one channel for backward: its coefficients and the statistics they were made of.</summary>
readonly record struct NormalizedChannel(ChannelCoefficients Coefficients, double Mean, double Variance);
