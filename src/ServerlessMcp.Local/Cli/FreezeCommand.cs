using System.CommandLine;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Local.Cli;

internal static class FreezeCommand
{
    public static Command Freeze(SettingFlags flags, Terminal terminal)
    {
        var reason = new Option<string?>("--reason") { Description = "Why, for who is held up: one line." };
        var command = new Command("freeze", "Stop all changes: nothing starts or goes forward until 'smcp unfreeze'. Taking back goes on.") { reason };
        command.SetAction((parsed, cancellationToken) => SetAsync(flags.Read(parsed).DataFolder, true, parsed.GetValue(reason), terminal, cancellationToken));
        return command;
    }

    public static Command Unfreeze(SettingFlags flags, Terminal terminal)
    {
        var command = new Command("unfreeze", "End the freeze of all changes.");
        command.SetAction((parsed, cancellationToken) => SetAsync(flags.Read(parsed).DataFolder, false, null, terminal, cancellationToken));
        return command;
    }

    private static async Task<int> SetAsync(string folder, bool isFrozen, string? reason, Terminal terminal, CancellationToken cancellationToken)
    {
        using var door = OperatorDoor.Open(new(folder));
        terminal.Say(PlainText.OneLine(await door.FreezeAsync(isFrozen, reason, cancellationToken)));
        return 0;
    }
}
