using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Signs an S3 request in its query, so that whoever has the address can send it until it expires. Pure: nothing is sent.</summary>
/// <remarks>Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".</remarks>
internal static class PresignedUrls
{
    /// <param name="host">With the bucket, where it stands in the host's name.</param>
    /// <param name="signed">The headers that whoever uses the address must send, host apart.</param>
    public static Uri Sign(
        WireRequest request, Uri host, string region, ImmutableCredentials keys, DateTimeOffset now, TimeSpan expiresIn, IReadOnlyDictionary<string, string> signed)
    {
        var day = now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{day}/{region}/s3/aws4_request";
        var headers = signed.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.Trim(), StringComparer.Ordinal);
        headers["host"] = host.Authority;
        var names = headers.Keys.Order(StringComparer.Ordinal).ToList();

        var query = request.Query.Select(pair => (pair.Key, pair.Value)).ToList();
        query.Add(("X-Amz-Algorithm", "AWS4-HMAC-SHA256"));
        query.Add(("X-Amz-Credential", $"{keys.AccessKey}/{scope}"));
        query.Add(("X-Amz-Date", time));
        query.Add(("X-Amz-Expires", ((long)expiresIn.TotalSeconds).ToString(CultureInfo.InvariantCulture)));
        query.Add(("X-Amz-SignedHeaders", string.Join(';', names)));
        if (keys.UseToken)
        {
            query.Add(("X-Amz-Security-Token", keys.Token));
        }

        var text = string.Join('&', query
            .Select(pair => (Name: Uri.EscapeDataString(pair.Item1), Value: Uri.EscapeDataString(pair.Item2)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}"));
        var canonical = string.Join('\n', request.Method, request.Path, text,
            string.Concat(names.Select(name => $"{name}:{headers[name]}\n")), string.Join(';', names), "UNSIGNED-PAYLOAD");
        var toSign = string.Join('\n', "AWS4-HMAC-SHA256", time, scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey);
        foreach (var part in (string[])[day, region, "s3", "aws4_request", toSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return new Uri($"{host.Scheme}://{host.Authority}{request.Path}?{text}&X-Amz-Signature={Convert.ToHexStringLower(key)}");
    }
}
