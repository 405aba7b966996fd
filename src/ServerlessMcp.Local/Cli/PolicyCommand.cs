using System.CommandLine;
using System.Globalization;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Server.Access.Policies;

namespace ServerlessMcp.Local.Cli;

internal static class PolicyCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal) =>
        new("policy", "What may be changed, and by whom.") { Show(flags, terminal), Test(flags, terminal) };

    private static Command Show(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("show", "Print the policy in force, or what is wrong with its file. Exit code 1: it is broken.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = flags.Read(parsed);
            var files = new LocalFiles(settings.DataFolder);
            var text = PolicyText.Render(LocalPolicy.Of(settings, new AwsCatalog()).Read());
            if (files.Server() is not null)
            {
                using var door = OperatorDoor.Open(files);
                text = await door.PolicyAsync(cancellationToken);
            }

            terminal.Say(text);
            return text.Contains(PolicyText.BrokenLine, StringComparison.Ordinal) ? 1 : 0;
        });
        return command;
    }

    private static Command Test(SettingFlags flags, Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A policy file." };
        var plan = new Option<string>("--plan") { Description = "A plan's id, pl_..., of the running server; or a file that --keep has written.", Required = true };
        var keep = new Option<string?>("--keep") { Description = "Write the plan, as it is judged, to this file." };
        var principal = new Option<string?>("--principal") { Description = "Who asks: an id. Default: who made the plan." };
        var scopes = new Option<string>("--scopes") { Description = "Of who asks.", DefaultValueFactory = _ => "read,operate" };
        var at = new Option<string?>("--at") { Description = "When, in UTC, such as 2026-11-27T17:30. Default: now." };
        var command = new Command("test", "Judge a plan by a policy file and explain it rule by rule. Exit code 1: forbidden; 2: the file is broken.")
        {
            file, plan, keep, principal, scopes, at,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var judged = await PlanAsync(parsed.GetRequiredValue(plan), flags.Read(parsed).DataFolder, cancellationToken);
            if (parsed.GetValue(keep) is { } path)
            {
                await File.WriteAllTextAsync(path, judged.Write(), cancellationToken);
            }

            var who = (parsed.GetValue(principal) ?? judged.Plan.CreatedBy, parsed.GetRequiredValue(scopes).Split(',', StringSplitOptions.TrimEntries));
            return Say(terminal, new PolicyFile(parsed.GetRequiredValue(file), new AwsCatalog()), judged, who, Time(parsed.GetValue(at)));
        });
        return command;
    }

    private static int Say(Terminal terminal, PolicyFile file, PlanToJudge judged, (string Id, string[] Scopes) who, DateTimeOffset at)
    {
        var inForce = file.Read();
        if (inForce.Policy is null)
        {
            terminal.Warn(PolicyText.Render(inForce));
            return 2;
        }

        var (text, isForbidden) = PolicyTestText.Render(inForce.Policy, judged.Plan, judged.Ask(who.Id, who.Scopes).Ask(at));
        terminal.Say(text.TrimEnd());
        return isForbidden ? 1 : 0;
    }

    private static async Task<PlanToJudge> PlanAsync(string plan, string folder, CancellationToken cancellationToken)
    {
        if (!plan.StartsWith("pl_", StringComparison.Ordinal) || File.Exists(plan))
        {
            return PlanToJudge.Read(plan);
        }

        using var door = OperatorDoor.Open(new(folder));
        return await door.PlanAsync(plan, cancellationToken);
    }

    /// <exception cref="CallerException"><c>invalid_time</c>.</exception>
    private static DateTimeOffset Time(string? text) =>
        text is null ? TimeProvider.System.GetUtcNow()
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new CallerException("invalid_time", $"--at: a time such as 2026-11-27T17:30 is expected, in UTC; there is '{text}'.");
}
