namespace Batchwise;

/// <summary>What a network is run for. A plan is compiled for one mode; nothing is switched while it runs.</summary>
public enum NetworkMode
{
    /// <summary>Forward and backward: batch statistics, dropout on, moving statistics updated.</summary>
    Training,

    /// <summary>Forward only, to estimate population statistics: batch statistics, dropout off (Algorithm 2, line 10).</summary>
    Statistics,

    /// <summary>Forward only, deterministic: each output depends on its own input alone.</summary>
    Inference,
}

/// <summary>Which of its stored statistics a normalizing layer uses where it does not use the batch's.</summary>
public enum StatisticsSource
{
    /// <summary>The population statistics where they have been estimated, else the moving averages.</summary>
    PopulationElseMoving,

    /// <summary>The population statistics (Algorithm 2); refused where they have not been estimated.</summary>
    Population,

    /// <summary>The moving averages.</summary>
    Moving,
}
