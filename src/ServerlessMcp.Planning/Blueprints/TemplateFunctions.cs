using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>
/// What JMESPath cannot do, as objects of one member, looked at once a template is filled in: <c>{"$cidrs": {of, bits}}</c> parts a block into 2^bits,
/// <c>{"$rows": {name: list, ...}}</c> turns lists into rows with <c>n</c> from 1 (as many as the shortest list has), <c>{"$zip": {file: text}}</c> and
/// <c>{"$base64": text}</c> make the blobs that AWS takes.
/// </summary>
internal static class TemplateFunctions
{
    /// <summary>The same bytes for the same text, so that a plan made twice has one hash.</summary>
    private static readonly DateTimeOffset FileTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Mode 0644 of a regular file, where a zip keeps it.</summary>
    private const int FileMode = 0x81A4 << 16;

    public static JsonNode? Apply(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } members => members.Single() switch
        {
            ("$cidrs", JsonObject given) => new JsonArray([.. CidrBlock.Parts(Text(given["of"]), given["bits"]!.GetValue<int>()).Select(part => (JsonNode)part)]),
            ("$rows", JsonObject given) => Rows(given),
            ("$zip", JsonObject given) => Zip(given),
            ("$base64", { } given) => Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(given))),
            _ => ApplyToMembers(members),
        },
        JsonObject members => ApplyToMembers(members),
        JsonArray items => new JsonArray([.. items.Select(Apply)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject ApplyToMembers(JsonObject members) =>
        new(members.Select(member => KeyValuePair.Create(member.Key, Apply(member.Value))));

    private static JsonArray Rows(JsonObject lists)
    {
        var columns = lists.Select(list => (list.Key, Items: Apply(list.Value)!.AsArray())).ToList();
        return new([.. Enumerable.Range(0, columns.Min(column => column.Items.Count)).Select(n => new JsonObject(
            columns.Select(column => KeyValuePair.Create(column.Key, column.Items[n]?.DeepClone())).Prepend(KeyValuePair.Create("n", (JsonNode?)(n + 1)))))]);
    }

    private static string Zip(JsonObject files)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                var entry = archive.CreateEntry(name, CompressionLevel.SmallestSize);
                (entry.LastWriteTime, entry.ExternalAttributes) = (FileTime, FileMode);
                using var writer = entry.Open();
                writer.Write(Encoding.UTF8.GetBytes(Text(text)));
            }
        }

        return Convert.ToBase64String(stream.ToArray());
    }

    /// <summary>A blob is never resolved by the worker, so what was escaped for it stands as it was given.</summary>
    private static string Text(JsonNode? node) => node!.GetValue<string>().Replace("$${", "${", StringComparison.Ordinal);
}
