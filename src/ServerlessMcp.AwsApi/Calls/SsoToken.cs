using System.Globalization;
using System.Text.Json;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>What <c>aws sso login</c> left for a profile; only when it ends is read, never the token.</summary>
/// <remarks>
/// A file of <c>~/.aws/sso/cache</c> named by the SHA-1 of the session's name (<c>sso_session</c>), or in the older form of the start URL; its member
/// <c>expiresAt</c> is ISO 8601. Source: AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider".
/// </remarks>
internal static class SsoToken
{
    /// <param name="key">The session's name, or the start URL.</param>
    /// <returns>What is wrong with it, to stand after "its token"; null if it is good.</returns>
    public static string? Problem(string key, DateTimeOffset now)
    {
        try
        {
            using var token = JsonDocument.Parse(File.ReadAllText(PathOf(key)));
            var text = token.RootElement.GetProperty("expiresAt").GetString();
            return !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? "cannot be read"
                : until > now ? null
                : string.Create(CultureInfo.InvariantCulture, $"expired at {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return "is not there";
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "cannot be read";
        }
    }

    private static string PathOf(string key) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", "sso", "cache", $"{NameOf(key)}.json");

#pragma warning disable CA5350 // The name of a file that the AWS tools chose, not a protection.
    private static string NameOf(string key) => Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(key)));
#pragma warning restore CA5350
}
