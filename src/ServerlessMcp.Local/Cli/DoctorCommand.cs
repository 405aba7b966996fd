using System.CommandLine;
using ServerlessMcp.Local.Doctor;

namespace ServerlessMcp.Local.Cli;

internal static class DoctorCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("doctor", "Look at what is needed here, each line with its remedy. Changes nothing.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var checks = new HealthChecks(flags.Read(parsed), TimeProvider.System, Environment.GetEnvironmentVariable);
            var problems = 0;
            await foreach (var finding in checks.RunAsync().WithCancellation(cancellationToken))
            {
                problems += finding.Health == Health.Problem ? 1 : 0;
                terminal.Say(Line(finding));
            }

            terminal.Say(problems == 0 ? "Nothing stands in the way." : $"{problems} to mend.");
            return problems == 0 ? 0 : 1;
        });
        return command;
    }

    private static string Line(Finding finding)
    {
        var mark = finding.Health switch { Health.Ok => "ok  ", Health.Note => "note", _ => "FAIL" };
        return $"{mark}  {finding.Subject,-11}  {finding.Seen}{(finding.Remedy is null ? "" : $"\n      {"",-11}  -> {finding.Remedy}")}";
    }
}
