using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Pages;

/// <summary>Asks who it is: a key is shown here, in a form, and never in an address.</summary>
internal static class LoginPage
{
    /// <summary>
    /// A link in another site's page was followed, and the browser keeps a cookie of <c>SameSite=Strict</c> back then. Loaded again from here it sends it.
    /// </summary>
    public static PageAnswer ComeAgain { get; } = PageAnswer.Of(PageLayout.Of(
        "One moment", Html.Of($"<p>One moment. <a href=\"\">Go on</a></p>"), head: Html.Of($"<meta http-equiv=\"refresh\" content=\"0\">")));

    /// <param name="to">A path of ours, to go on at.</param>
    /// <param name="wrong">Why the last try did not open; null: there was none.</param>
    public static PageAnswer Of(string to, string formToken, string? wrong) => new(StatusCodes.Status401Unauthorized, PageLayout.Of("Log in", Html.Of($"""
        <section class="card narrow">
        <h1>Log in</h1>
        {Wrong(wrong)}
        <form method="post" action="/page/login">
        <input type="hidden" name="t" value="{formToken}"><input type="hidden" name="to" value="{to}">
        <label for="key">Your API key</label>
        <input id="key" name="key" type="password" autocomplete="off" autocapitalize="none" spellcheck="false" required maxlength="100" autofocus>
        <button class="primary">Log in</button>
        </form>
        <p class="quiet">A session lasts eight hours at most and ends with its key. On the machine of the server, <code>smcp page</code> prints a link that asks for no key.</p>
        </section>
        """)));

    private static Html Wrong(string? wrong) => wrong is null ? Html.Nothing : Html.Of($"<p class=\"alert\" role=\"alert\">{wrong}</p>");
}
