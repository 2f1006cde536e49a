namespace Batchwise.Tests.Execution;

/// <summary>Compares states bit for bit.</summary>
internal static class StateAssert
{
    /// <summary>Fails unless both hold the same parameters and statistics with the same values.</summary>
    public static void Same(NetworkState expected, NetworkState actual)
    {
        Assert.Equal(expected.ParameterNames, actual.ParameterNames);
        Assert.Equal(expected.StatisticNames, actual.StatisticNames);
        foreach (var name in expected.ParameterNames)
            Assert.True(expected.Parameter(name).SequenceEqual(actual.Parameter(name)), $"{name} differs");
        foreach (var name in expected.StatisticNames)
            Assert.True(expected.Statistic(name).SequenceEqual(actual.Statistic(name)), $"{name} differs");
    }
}
