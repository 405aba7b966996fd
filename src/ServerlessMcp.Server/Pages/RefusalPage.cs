using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Pages;

/// <summary>Says no, why, and what can be done.</summary>
internal static class RefusalPage
{
    /// <summary>The same for what is not there and for what the caller may not see.</summary>
    public static PageAnswer NotFound { get; } = Of(StatusCodes.Status404NotFound, "There is nothing here for you: no such page, or it is another person's.");

    public static PageAnswer ForeignForm { get; } = Of(
        StatusCodes.Status403Forbidden, "This form was not sent from a page of your session; nothing was done. Open the page again and press the button there.");

    public static PageAnswer MayNotSee { get; } = Of(StatusCodes.Status403Forbidden, "Your key may not read: pages need the scope 'read', 'approve' or 'admin'.");

    public static PageAnswer KeyInUrl { get; } = Of(
        StatusCodes.Status400BadRequest, "A key never goes into the address, which logs keep. Make a new key, and log in with it in the form.");

    public static PageAnswer Of(int status, string text) => new(status, PageLayout.Of("Not done", Card(text, Html.Nothing, "/page")));

    /// <param name="text">With the reference that the log has.</param>
    public static PageAnswer Failed(string text) => Of(StatusCodes.Status500InternalServerError, text);

    /// <param name="back">The page whose button was pressed.</param>
    /// <returns>Null for a bug: its message reaches nobody.</returns>
    public static PageAnswer? Of(Exception error, string back)
    {
        if (ToolErrors.From(error) is not { } said)
        {
            return null;
        }

        var lines = said.Ours.Split('\n');
        var quoted = said.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => PageLayout.Said("In the words of AWS or of callers", PlainText.Data(line)));
        var problems = Html.Join(lines.Skip(1).Select(line => Html.Of($"{line.TrimStart('-', ' ')}")).Concat(quoted).Select(line => Html.Of($"<li>{line}</li>")));
        var list = Html.Of($"<ul class=\"problems\">{problems}</ul>").When(lines.Length > 1 || said.Data.Length > 0);
        return new(StatusOf(error), PageLayout.Of("Not done", Card(lines[0], list, back)));
    }

    private static int StatusOf(Exception error) => error switch
    {
        TableUnavailableException => StatusCodes.Status503ServiceUnavailable,
        CallerException { Code: "execution_not_found" or "plan_not_found" } => StatusCodes.Status404NotFound,
        CallerException { Code: "may_not_decide" or "missing_scope" } => StatusCodes.Status403Forbidden,
        CallerException { Code: "link_not_genuine" } => StatusCodes.Status403Forbidden,
        CallerException { Code: "link_expired" or "gate_expired" } => StatusCodes.Status410Gone,
        _ => StatusCodes.Status409Conflict,
    };

    private static Html Card(string text, Html more, string back) => Html.Of($"""
        <section class="card narrow"><h1>Not done</h1><p class="alert" role="alert">{text}</p>{more}
        {(back == "/page" ? Html.Nothing : Html.Of($"<p><a href=\"{back}\">Back</a></p>"))}<p><a href="/page">To what waits and runs</a></p></section>
        """);
}
