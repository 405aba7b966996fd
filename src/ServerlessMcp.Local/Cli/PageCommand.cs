using System.CommandLine;
using ServerlessMcp.Local.Access;

namespace ServerlessMcp.Local.Cli;

internal static class PageCommand
{
    public static Command Make(SettingFlags flags, Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "Of an execution, ex_..., or a plan, pl_...; without one, what waits and runs.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("page", "Print a link to a page that logs you in: it opens once, within two minutes.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var door = OperatorDoor.Open(new(flags.Read(parsed).DataFolder));
            terminal.Say(await door.PageAsync(parsed.GetValue(id), cancellationToken));
            return 0;
        });
        return command;
    }
}
