namespace Batchwise.Lab;

/// <summary>What one network of an ensemble says: class probabilities, [images, classes], by inference with population statistics.</summary>
/// <param name="Validation">Of the held-out images.</param>
/// <param name="Test">Of the test images.</param>
sealed record MemberPredictions(double[] Validation, double[] Test)
{
    /// <summary>What a network says after its population pass.</summary>
    public static MemberPredictions Of(Trainer trainer, Figure2Data data)
    {
        var probe = trainer.Probe(trainer.Network.NameOf(trainer.Network.Output));
        double[] Say(IExamples images)
        {
            var probabilities = new double[images.Count * data.Classes];
            ClassProbabilities.AddSoftmax(probabilities, probe.Read(images, StatisticsSource.PopulationElseMoving), data.Classes, place => place);
            return probabilities;
        }
        return new(Say(data.Validation), Say(data.Test));
    }

    /// <summary>The arithmetic mean of what several networks say (section 4.2.3).</summary>
    public static MemberPredictions Mean(IReadOnlyList<MemberPredictions> members)
    {
        double[] Average(Func<MemberPredictions, double[]> part)
        {
            var mean = new double[part(members[0]).Length];
            for (var i = 0; i < mean.Length; i++)
                mean[i] = members.Sum(member => part(member)[i]) / members.Count;
            return mean;
        }
        return new(Average(member => member.Validation), Average(member => member.Test));
    }
}
