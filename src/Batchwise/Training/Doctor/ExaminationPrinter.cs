using System.Text;
using static System.FormattableString;

namespace Batchwise;

/// <summary>An examination as text.</summary>
static class ExaminationPrinter
{
    public static string Print(Examination examination)
    {
        var text = new StringBuilder();
        foreach (var finding in examination.Findings)
        {
            text.AppendLine($"{finding.Severity.ToString().ToUpperInvariant()}{(finding.Suspect ? " (suspect)" : "")}  {finding.Check}{(finding.Layer is null ? "" : $"  {finding.Layer}")}");
            text.AppendLine($"  what   {finding.What}");
            text.AppendLine($"  where  {finding.Where}");
            text.AppendLine($"  why    {finding.Why}");
            text.AppendLine($"  do     {finding.Remedy}");
            text.AppendLine();
        }
        foreach (var group in examination.NotConcerned.GroupBy(check => check.Lacks))
            text.AppendLine($"Not examined because the network lacks {group.Key}: {string.Join(", ", group.Select(check => check.Check))}.");
        foreach (var group in examination.NotExamined.GroupBy(check => check.Lacks))
            text.AppendLine($"Not examined for lack of {group.Key}: {string.Join(", ", group.Select(check => check.Check))}.");
        text.Append(Verdict(examination));
        return text.ToString();
    }

    private static string Verdict(Examination examination)
    {
        var made = Invariant($"{examination.Examined} of {examination.Examined + examination.NotExamined.Length + examination.NotConcerned.Length} checks");
        if (examination.Findings.IsEmpty)
            return $"Healthy: {made} found nothing.";
        var counts = examination.Findings.GroupBy(finding => finding.Severity).Select(group => Count(group.Count(), group.Key switch
        {
            FindingSeverity.Illness => "illness",
            FindingSeverity.Warning => "warning",
            _ => "note",
        }));
        return $"{(examination.IsHealthy ? "Healthy" : "Not healthy")}: {made} found {string.Join(", ", counts)}.";
    }

    private static string Count(int count, string what) => Invariant($"{count} {what}{(count == 1 ? "" : what.EndsWith('s') ? "es" : "s")}");
}
