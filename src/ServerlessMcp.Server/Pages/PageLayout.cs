namespace ServerlessMcp.Server.Pages;

/// <summary>What every page has around it.</summary>
internal static class PageLayout
{
    /// <param name="request">Null: nobody is known.</param>
    /// <param name="head">More in the head.</param>
    public static Html Of(string title, Html main, PageRequest? request = null, Html head = default) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} - ServerlessMcp</title>
        <link rel="icon" href="{PageAssets.Icon}" type="image/svg+xml">
        <link rel="stylesheet" href="{PageAssets.Style}">
        <script src="{PageAssets.Script}" defer></script>{head}
        </head>
        <body>
        <a class="skip" href="#main">To the content</a>
        <header class="top"><a class="name" href="/page">ServerlessMcp</a>{Who(request)}</header>
        <main id="main">
        {main}
        </main>
        </body>
        </html>

        """);

    private static Html Who(PageRequest? request) => request is null ? Html.Nothing : Html.Of($"""
        <form class="who" method="post" action="/page/logout">{Token(request)}<span><span class="vh">You are </span>{request.Caller.Name}</span><button class="plain">Log out</button></form>
        """);

    /// <summary>Stands in every form.</summary>
    public static Html Token(PageRequest request) => Html.Of($"<input type=\"hidden\" name=\"t\" value=\"{request.FormToken}\">");

    /// <summary>Words of somebody else: whose they are stands before them.</summary>
    public static Html Said(string whose, string words) => Html.Of($"<p class=\"said\"><span class=\"whose\">{whose}:</span> <q>{words}</q></p>");

    /// <summary>Labels with their texts; a text without a label belongs to the label before it.</summary>
    public static Html Facts(IEnumerable<(string Label, string Text)> facts) => Html.Of(
        $"<dl class=\"facts\">{Html.Join(facts.Select(fact => Html.Of($"{Label(fact.Label)}<dd class=\"f-{fact.Label.Replace(' ', '-')}\">{fact.Text}</dd>")))}</dl>");

    private static Html Label(string label) => label.Length == 0 ? Html.Nothing : Html.Of($"<dt>{label}</dt>");
}
