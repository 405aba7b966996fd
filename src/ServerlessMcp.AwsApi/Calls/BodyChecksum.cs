using System.Buffers.Binary;
using System.Security.Cryptography;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The checksum that S3 wants with a body: CRC32, the one the caller names, or none where the caller gives one.</summary>
/// <remarks>Source: Amazon S3 User Guide, "Checking object integrity"; AWS SDKs and Tools Reference Guide, "Data Integrity Protections".</remarks>
internal static class BodyChecksum
{
    private const string AlgorithmHeader = "x-amz-sdk-checksum-algorithm";
    private const string ChecksumPrefix = "x-amz-checksum-";

    private static readonly Lazy<uint[]> Crc32Table = new(() => Table(0xEDB88320));
    private static readonly Lazy<uint[]> Crc32CTable = new(() => Table(0x82F63B78));

    /// <param name="isDefault">Whether a body gets one that the caller did not ask for: not a part, whose upload would have to name the algorithm.</param>
    /// <exception cref="AwsInputException">The caller names an algorithm that is not computed here.</exception>
    public static void Add(WireRequest request, bool isDefault)
    {
        var isGiven = request.Headers.Keys.Any(name => name.Equals("Content-MD5", StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith(ChecksumPrefix, StringComparison.OrdinalIgnoreCase) && !name.EndsWith("-type", StringComparison.OrdinalIgnoreCase)));
        var algorithm = request.Headers.GetValueOrDefault(AlgorithmHeader) ?? (isDefault ? "CRC32" : null);
        if (request.Body is { } body && algorithm is not null && !isGiven)
        {
            request.Headers[AlgorithmHeader] = algorithm;
            request.Headers[ChecksumPrefix + algorithm.ToLowerInvariant()] = Convert.ToBase64String(Hash(algorithm, body));
        }
    }

#pragma warning disable CA5350 // S3 takes SHA-1 as a checksum of the body, not as a safeguard
    private static byte[] Hash(string algorithm, byte[] body) => algorithm switch
    {
        "CRC32" => Crc(Crc32Table.Value, body),
        "CRC32C" => Crc(Crc32CTable.Value, body),
        "SHA1" => SHA1.HashData(body),
        "SHA256" => SHA256.HashData(body),
        _ => throw new AwsInputException(
            "invalid_parameters",
            $"$.ChecksumAlgorithm: {algorithm} is not computed here; leave it out, or give CRC32, CRC32C, SHA1 or SHA256.",
            [new("$.ChecksumAlgorithm", $"{algorithm} is not computed here; leave it out, or give CRC32, CRC32C, SHA1 or SHA256.")]),
    };
#pragma warning restore CA5350

    private static byte[] Crc(uint[] table, ReadOnlySpan<byte> body)
    {
        var crc = uint.MaxValue;
        foreach (var one in body)
        {
            crc = table[(crc ^ one) & 0xFF] ^ (crc >> 8);
        }

        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return bytes;
    }

    private static uint[] Table(uint polynomial)
    {
        var table = new uint[256];
        for (var n = 0u; n < table.Length; n++)
        {
            var value = n;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : polynomial ^ (value >> 1);
            }

            table[n] = value;
        }

        return table;
    }
}
