using System.Globalization;

namespace Batchwise;

/// <summary>Prints a plan as a table.</summary>
static class PlanPrinter
{
    public static string Print(Plan plan, Schedule schedule)
    {
        var rows = new List<string[]> { new[] { "group", "layer", "operation", "reads", "writes", "tasks", "megabytes", "detail" } };
        for (var group = 0; group < schedule.Groups; group++)
        {
            foreach (var (step, phase) in schedule.Group(group))
            {
                rows.Add(
                [
                    group.ToString(CultureInfo.InvariantCulture),
                    step.Layer,
                    step.Phases == 1 ? step.Operation : $"{step.Operation}, phase {phase + 1} of {step.Phases}",
                    Names(step.Reads),
                    Names(step.Writes),
                    step.Tasks(phase, plan.Capacity).ToString(CultureInfo.InvariantCulture),
                    phase == 0 ? (step.Traffic(plan.Capacity) / 1e6).ToString("N2", CultureInfo.InvariantCulture) : "",
                    step.Detail,
                ]);
            }
        }
        return NetworkPrinter.Table(rows, numeric: [0, 5, 6])
            + string.Create(CultureInfo.InvariantCulture, $"{plan.Mode} plan for up to {plan.Capacity} samples: {schedule.Groups} groups, arena {plan.ArenaBytes:N0} bytes, {plan.Traffic():N0} bytes moved\n");
    }

    private static string Names(IEnumerable<PlanBuffer> buffers) =>
        NetworkPrinter.Names([.. buffers.Select(buffer => buffer.ToString()).Distinct()], separator: ", ");
}
