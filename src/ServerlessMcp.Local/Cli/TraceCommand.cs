using System.CommandLine;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Cli;

internal static class TraceCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "The execution's id, ex_..." };
        var command = new Command("trace", "Show an execution on one screen: who asked, what happened, what it made, how it is taken back.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            terminal.Say(PlainText.Lines(await door.TraceAsync(parsed.GetRequiredValue(id), cancellationToken)).TrimEnd());
            return 0;
        });
        return command;
    }
}
