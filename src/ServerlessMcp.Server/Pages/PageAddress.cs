namespace ServerlessMcp.Server.Pages;

/// <summary>Where a browser finds the pages; never taken from a request, so that nobody can have links made to a server of theirs.</summary>
/// <param name="find">Scheme, host and port; null: not known, and answers name no page.</param>
public sealed class PageAddress(Func<Uri?> find)
{
    public Uri? Origin => find();
}
